package outcome

import (
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Outcome is how a reconcile ended. The zero value is done, with nothing to come.
type Outcome struct {
	after time.Duration
	err   error
}

// Done says that all is as it should be; look again after next, or when
// something changes if next is 0.
func Done(next time.Duration) Outcome { return Outcome{after: next} }

// Waiting says that something is not there yet, which is nobody's error.
func Waiting(delay time.Duration) Outcome { return Outcome{after: delay} }

// Transient says that a call failed and is worth repeating with backoff. A
// conflict is no error: the cache was behind, and is asked again shortly; nor is a
// namespace that is going, in which nothing can be made.
func Transient(err error) Outcome {
	switch {
	case err == nil:
		return Outcome{}
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		return Outcome{after: 200 * time.Millisecond}
	case apierrors.HasStatusCause(err, "NamespaceTerminating"):
		return Outcome{}
	}
	return Outcome{err: err}
}

// Terminal says that only an edit of the spec can help.
func Terminal(err error) Outcome {
	return Outcome{err: reconcile.TerminalError(err)}
}

// Sooner is o, looked at again within d at the latest.
func (o Outcome) Sooner(d time.Duration) Outcome {
	if d > 0 && (o.after == 0 || d < o.after) {
		o.after = d
	}
	return o
}

// Result is o in controller-runtime's terms.
func (o Outcome) Result() (reconcile.Result, error) {
	if o.err != nil {
		return reconcile.Result{}, o.err
	}
	return reconcile.Result{RequeueAfter: o.after}, nil
}

// String is for tests and logs.
func (o Outcome) String() string {
	if o.err != nil {
		return fmt.Sprintf("error: %v", o.err)
	}
	return fmt.Sprintf("again after %s", o.after)
}
