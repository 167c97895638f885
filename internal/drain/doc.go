// Package drain decides which pods of a pool go with a scale-down, and whether it is
// time. controllers/pool calls it with the pods as they stand and does what it says:
// marks pods, takes marks off, writes the scale or waits.
//
// What holds:
//   - It is pure and total, and the order of the pods changes nothing.
//   - A pod counts as idle only by a Fresh zero that was read after it was marked:
//     absent is not zero, and what was idle before may have leased since.
//   - The wait is bounded: MaxWait after it began the scale-down goes on, whatever the
//     pods do. It began when the oldest mark was made, and marks outlive the operator.
//   - Constant input asks for no writes. What is marked stays chosen while there is
//     something to take away, however the numbers move; what is not needed any more is
//     unmarked at once.
//   - Pods that the ReplicaSet controller takes first, whatever their mark (those that
//     are not assigned, not running or not ready), are the first chosen.
//
// A mark is a hint to the ReplicaSet controller and a request to the worker. That no
// item is lost rests on the drain contract of docs/metrics-contract.md, not on this.
package drain
