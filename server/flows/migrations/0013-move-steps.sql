-- Characters of the timeline in the run's own row before the move: what came behind them is gone when the move is taken back.
-- Null: noted by a program that kept none.
alter table flow_move_run add column steps_length int;
