// Package feed tells the observer what to read: the declared sources with their
// Secrets, and the rows that queues and teams need. It runs on every replica, leader or
// not, so that a standby has warm numbers and histories when it takes over. It
// writes nothing to the API server.
package feed
