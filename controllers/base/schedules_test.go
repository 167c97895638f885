package base

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	modtest "github.com/modcap/modcap/internal/testing"
)

// schedules is an Env over a ConfigMap with a schedule, what was read of it, and an
// error that the API server gives.
type schedules struct {
	*Env
	clock   *clocktesting.FakePassiveClock
	cluster client.Client
	whole   int
	fail    error
}

func newSchedules(t *testing.T) *schedules {
	t.Helper()
	scheme, err := modtest.Scheme()
	if err != nil {
		t.Fatal(err)
	}
	s := &schedules{clock: clocktesting.NewFakePassiveClock(now)}
	s.cluster = fake.NewClientBuilder().WithScheme(scheme).WithObjects(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "roster"},
		Data:       map[string]string{"schedule.csv": "date,start,end,heads,activity\n2026-11-05,08:00,16:00,10,work\n"},
	}).WithInterceptorFuncs(interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, opts ...client.GetOption) error {
			if s.fail != nil {
				return s.fail
			}
			if _, ok := o.(*corev1.ConfigMap); ok {
				s.whole++
			}
			return c.Get(ctx, key, o, opts...)
		},
	}).Build()
	s.Env = &Env{APIReader: s.cluster, Clock: s.clock}
	return s
}

// ask is the number of rows in force, and whether there is a problem.
func (s *schedules) ask(t *testing.T) (rows int, problem bool, err error) {
	t.Helper()
	got, err := s.Schedule(t.Context(), modtest.MakeTeam("t", "ns").Schedule("roster").Obj())
	if got.InForce != nil {
		rows = got.InForce.Rows()
	}
	return rows, got.Problem != "", err
}

// A ConfigMap of up to a megabyte is read when it was written, and not at every look.
func TestScheduleIsReadOnce(t *testing.T) {
	s := newSchedules(t)
	for range 10 {
		if rows, problem, err := s.ask(t); rows != 1 || problem || err != nil {
			t.Fatalf("%d rows, problem %v, %v", rows, problem, err)
		}
		s.clock.SetTime(s.Now().Add(ScheduleEvery))
	}
	var all sync.WaitGroup
	for range 8 { // several reconcilers at once
		all.Go(func() { _, _, _ = s.ask(t) })
	}
	all.Wait()
	if s.whole != 1 {
		t.Errorf("read %d times", s.whole)
	}
	if got, err := s.Schedule(t.Context(), modtest.MakeTeam("t", "ns").Obj()); got != (Schedule{}) || err != nil {
		t.Errorf("a team with shifts has %+v, %v", got, err)
	}
}

func TestScheduleWithoutAPIServer(t *testing.T) {
	s := newSchedules(t)
	s.fail = errors.New("refused")
	if _, _, err := s.ask(t); err == nil || err.Error() != "read schedule: refused" {
		t.Fatalf("error is %v", err)
	}
	s.fail = nil
	if rows, _, err := s.ask(t); rows != 1 || err != nil {
		t.Fatalf("it is not asked again at once: %d rows, %v", rows, err)
	}
	s.fail = errors.New("refused")
	for range 3 {
		s.clock.SetTime(s.Now().Add(time.Minute))
		if rows, problem, err := s.ask(t); rows != 1 || problem || err != nil {
			t.Fatalf("%d rows, problem %v, %v: what is known stays", rows, problem, err)
		}
	}
}

// What nobody asks for is forgotten.
func TestSchedulesAreForgotten(t *testing.T) {
	s := newSchedules(t)
	if _, _, err := s.ask(t); err != nil {
		t.Fatal(err)
	}
	s.clock.SetTime(s.Now().Add(2 * time.Hour))
	if _, err := s.Schedule(t.Context(), modtest.MakeTeam("t", "ns").Schedule("other").Obj()); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Schedules.entries); n != 1 {
		t.Errorf("%d schedules are kept", n)
	}
}
