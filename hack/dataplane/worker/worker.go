package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
)

const (
	// pause is how long a worker that may not lease, or cannot, waits before it looks again.
	pause = 50 * time.Millisecond
	// patience is how long the server may be away.
	patience = 5 * time.Second
	// margin is what is left of the grace period for the last requests.
	margin = 500 * time.Millisecond
)

// worker takes items from a queue until it is told to stop.
type worker struct {
	server, queue, pod, podinfo string

	grace    time.Duration
	slots    int
	careless bool
	client   *http.Client

	stopping chan struct{} // closed on SIGTERM
	deadline time.Time     // set before stopping is closed
}

// item is what a lease hands out.
type item struct {
	ID    string `json:"id"`
	Lease string `json:"lease"`
	// Classify and Book are the times, in milliseconds, that the work takes before
	// and after the content is acted on.
	Classify int64 `json:"classifyMillis"`
	Book     int64 `json:"bookMillis"`
}

func (i item) left(classified time.Duration) time.Duration {
	return time.Duration(i.Classify+i.Book)*time.Millisecond - classified
}

// run works until a signal comes and all that was leased is done or given back.
func (w *worker) run(term <-chan os.Signal, ready func()) error {
	w.stopping = make(chan struct{})
	if err := w.say("hello", nil); err != nil {
		return err
	}
	ready()
	failed := make(chan error, w.slots)
	var slots sync.WaitGroup
	for range w.slots {
		slots.Go(func() { failed <- w.work() })
	}
	done := make(chan struct{})
	go func() { slots.Wait(); close(done) }()
	w.attend(term, done)
	<-done
	close(failed)
	var errs []error
	for err := range failed {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return w.say("bye", nil)
}

// attend waits for the signal to stop.
func (w *worker) attend(term <-chan os.Signal, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-term:
			if !w.careless {
				w.deadline = time.Now().Add(w.grace - margin)
				close(w.stopping)
				return
			}
		}
	}
}

func (w *worker) stopped() bool {
	select {
	case <-w.stopping:
		return true
	default:
		return false
	}
}

// work leases item after item. It fails when the server has been away for too long.
func (w *worker) work() error {
	lastAnswer := time.Now()
	for !w.stopped() {
		if !w.careless && marked(w.podinfo, time.Now()) {
			w.wait(pause)
			continue
		}
		// The request is never cancelled: a lease that is answered and not heard would
		// be held by nobody.
		var got item
		err := w.say("lease", &got)
		switch {
		case err != nil && time.Since(lastAnswer) > patience:
			return err
		case err != nil:
			w.wait(pause)
			continue
		}
		lastAnswer = time.Now()
		if err := w.take(got); err != nil {
			return err
		}
	}
	return nil
}

// take does what was leased, or gives it back when it comes too late.
func (w *worker) take(i item) error {
	switch {
	case i.ID == "":
		return nil
	case w.stopped():
		return w.tell("return", i)
	}
	return w.handle(i)
}

// wait passes a while, or less when the worker is told to stop.
func (w *worker) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.stopping:
		return false
	}
}

// handle does an item, or gives it back when the worker stops before there was time for it.
func (w *worker) handle(i item) error {
	started := time.Now()
	whole := w.wait(time.Duration(i.Classify) * time.Millisecond)
	if !whole {
		classified := time.Since(started)
		if time.Now().Add(i.left(classified)).After(w.deadline) {
			return w.tell("return", i)
		}
		pass(time.Duration(i.Classify)*time.Millisecond - classified)
	}
	if err := w.tell("act", i); err != nil {
		return err
	}
	pass(time.Duration(i.Book) * time.Millisecond) // begun is finished: it cannot be given back
	return w.tell("done", i)
}

// pass is time that is taken whatever comes.
func pass(d time.Duration) {
	t := time.NewTimer(d)
	<-t.C
}

// tell says what became of an item, until it is heard.
func (w *worker) tell(what string, i item) error {
	first := time.Now()
	for {
		err := w.request(what, url.Values{"item": {i.ID}, "lease": {i.Lease}}, nil)
		if err == nil || time.Since(first) > patience {
			return err
		}
		pass(pause)
	}
}

func (w *worker) say(what string, answer any) error { return w.request(what, url.Values{}, answer) }

// request posts to the server; no content leaves answer as it is.
func (w *worker) request(what string, form url.Values, answer any) error {
	form.Set("queue", w.queue)
	form.Set("pod", w.pod)
	resp, err := w.client.PostForm(w.server+"/"+what, form)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNoContent:
		return nil
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: the server answers %s", what, resp.Status)
	case answer == nil:
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
