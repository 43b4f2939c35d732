/** Where an instant comes from. Wall time is for evidence only; leases and schedules use the database's own time. */
export interface Clock {
  now(): Date;
}
