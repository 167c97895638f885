package outcome

import (
	"errors"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func TestOutcomes(t *testing.T) {
	queues := schema.GroupResource{Group: "modcap.dev", Resource: "moderationqueues"}
	refused := errors.New("connection refused")
	wrapped := func(err error) error { return fmt.Errorf("write status: %w", err) }
	terminating := apierrors.NewForbidden(queues, "q", errors.New("the namespace is going"))
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	missing := apierrors.NewNotFound(queues, "q")
	const soon = 200 * time.Millisecond
	for name, c := range map[string]struct {
		outcome Outcome
		after   time.Duration
		err     error
		text    string
	}{
		"zero":                         {Outcome{}, 0, nil, "again after 0s"},
		"done":                         {Done(0), 0, nil, "again after 0s"},
		"done until later":             {Done(time.Minute), time.Minute, nil, "again after 1m0s"},
		"waiting":                      {Waiting(5 * time.Second), 5 * time.Second, nil, "again after 5s"},
		"no error":                     {Transient(nil), 0, nil, "again after 0s"},
		"a failed call":                {Transient(refused), 0, refused, "error: connection refused"},
		"a conflict":                   {Transient(wrapped(apierrors.NewConflict(queues, "q", refused))), soon, nil, "again after 200ms"},
		"made by somebody else":        {Transient(wrapped(apierrors.NewAlreadyExists(queues, "q"))), soon, nil, "again after 200ms"},
		"a namespace that goes":        {Transient(wrapped(terminating)), 0, nil, "again after 0s"},
		"what is not there":            {Transient(missing), 0, missing, `error: moderationqueues.modcap.dev "q" not found`},
		"sooner":                       {Done(time.Minute).Sooner(time.Second), time.Second, nil, "again after 1s"},
		"not sooner":                   {Done(time.Second).Sooner(time.Minute), time.Second, nil, "again after 1s"},
		"sooner than never":            {Done(0).Sooner(time.Minute), time.Minute, nil, "again after 1m0s"},
		"no sooner":                    {Done(time.Minute).Sooner(0), time.Minute, nil, "again after 1m0s"},
		"an error is not for a moment": {Transient(refused).Sooner(time.Second), 0, refused, "error: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.outcome.Result()
			if got != (reconcile.Result{RequeueAfter: c.after}) || !errors.Is(err, c.err) || (err != nil) != (c.err != nil) {
				t.Errorf("result %+v, %v, want %v, %v", got, err, c.after, c.err)
			}
			if text := c.outcome.String(); text != c.text {
				t.Errorf("text %q, want %q", text, c.text)
			}
		})
	}
}

func TestTerminal(t *testing.T) {
	refused := errors.New("no such zone")
	result, err := Terminal(refused).Sooner(time.Second).Result()
	if !errors.Is(err, reconcile.TerminalError(nil)) || !errors.Is(err, refused) || result != (reconcile.Result{}) {
		t.Errorf("%+v, %v is repeated", result, err)
	}
	if _, err := Transient(refused).Result(); errors.Is(err, reconcile.TerminalError(nil)) {
		t.Errorf("%v is not repeated", err)
	}
}
