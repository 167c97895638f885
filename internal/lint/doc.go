// Package lint reads the objects of a namespace together and says what is wrong with what they say:
// conflicts, gaps, inconsistencies, references that lead nowhere. kubectl modcap lint calls Check on files
// and on what is in a cluster; controllers/lint calls Rules on every change, and puts what it finds into the
// status of queues and policies beside what package routing finds when it compiles their documents.
//
// It is a pure function of the objects and the time: the same findings, in the same order, whatever the order
// of the objects. A finding that is not so is worse than one that is missed: what cannot be known, since an
// object may be elsewhere, is not reported.
//
// It must not read a clock or a file, and it must not say again in other words what package resolve or
// package routing says.
package lint
