/** People and what they say, in proportions that a search finds believable. */
export const NAMES = {
  first: (
    'María José Ana Luis Carmen Juan Rosa Pedro Lucía Diego Camila Andrés Sofía Tomás Valentina Ignacio Beatriz Rodrigo Elena ' +
    'Martín Paula Javier Daniela Felipe Antonia Sebastián Isabel Matías Claudia Cristóbal Verónica Gabriel Patricia Hernán Teresa ' +
    'Álvaro Inés Óscar Pilar Ramón'
  ).split(' '),
  last: (
    'Rojas Núñez Soto Vega Fuentes Araya Pizarro Maturana Leiva Salinas Moya Cruz Pinto González Muñoz Díaz Pérez Contreras Silva ' +
    'Sepúlveda Morales Rodríguez López Fernández Herrera Medina Castro Vargas Ramos Ortiz Gutiérrez Tapia Reyes Castillo Espinoza'
  ).split(' '),
}

export const SAID = [
  'Hola, ¿qué ejercicios hago esta semana?',
  'Con gusto. ¿Me cuenta un poco más de cómo se siente?',
  'Me duele la rodilla desde el martes, más por la tarde que por la mañana.',
  'Gracias. ¿Ha tomado algo para el dolor?',
  'Sí, lo que me dieron, pero no me hizo nada.',
  'Le reservo una hora con el especialista. ¿Le acomoda el jueves a las 10:30?',
  '¿Puedo cambiar mi hora de mañana?',
  'No me llegó la pauta de comidas al correo.',
  'La aplicación me pide otra vez la clave.',
  'Listo, ya quedó. ¿Le ayudo en algo más?',
  'No, muchas gracias. Buen día.',
  'Quiero el resultado de mi examen.',
  '¿A qué hora atienden mañana?',
  'Enseguida lo reviso y le escribo por aquí mismo.',
]
