export type { KafkaAddress } from '#platform/brokers/kafka/client.ts'
export { type KafkaProducer, kafkaProducer } from '#platform/brokers/kafka/producer.ts'
export { type KafkaRecord, recordOf } from '#platform/brokers/kafka/record.ts'
