package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/lab"
	"github.com/modcap/modcap/hack/demo/internal/show"
)

// When things happen, from the opening of the platform on. The LIVE event and the
// social surge are the scenario's.
const (
	leaderAt   = 40 * time.Second
	eventAt    = 72 * time.Second
	outageAt   = 155 * time.Second
	noticed    = 2 * time.Second // until the first read has failed, and the recorder has looked
	outageEnd  = 195 * time.Second
	recoveryBy = 22 * time.Second
	surgeAt    = 218 * time.Second
	surgeOver  = 270 * time.Second
	planAt     = 274 * time.Second

	// A policy's change, beside all that. Its shadow is longest in the outage, and ends
	// with it; what breaks its guard comes by itself, 55 s after its first step, and is
	// seen when its cohort is over.
	previewAt = 64 * time.Second
	changeAt  = 68 * time.Second
	shadowAt  = 105 * time.Second
	stillAt   = 185 * time.Second
	stepAt    = outageEnd + 10*time.Second
	abortAt   = 272 * time.Second
)

// event is a moment of the story.
type event struct {
	at    time.Duration
	line  string
	table bool // print what kubectl shows
	do    func(ctx context.Context) error
}

func (d *demo) story() []event {
	events := []event{
		{at: 22 * time.Second, line: "The platform is open: a day of traffic in 24 minutes.", table: true, do: d.allReady},
		{at: leaderAt, line: "The leader is killed. Workers keep their replicas, routers their documents.", do: d.killLeader},
		{at: 62 * time.Second, line: "The second replica leads, with warm caches.", table: true},
		{at: previewAt, line: "What would fewer reviews of spam do? The policy's lead asks before anything is applied.", do: d.preview},
		{at: changeAt, line: "The change is applied. In its shadow both revisions judge each item, and the old one decides.", do: d.change},
		{at: eventAt, line: "A LIVE event begins: chat rises to seven times its mean in 15 seconds.", do: d.judgeTakeover},
		{at: 88 * time.Second, line: "The event is at its height.", table: true},
		{at: shadowAt, line: "The shadow: what would move is counted, and people look at it.", do: d.showPolicy},
		{at: 122 * time.Second, line: "The event fades.", table: true},
		{at: outageAt, line: "Prometheus stops. Nothing scales down on what is not known.", table: true, do: d.stopMetrics},
		{at: 180 * time.Second, line: "Without metrics: replicas hold, and conditions say why.", table: true},
		{at: stillAt, line: "Nor does the rollout go on by what is not known.", do: d.showPolicy},
		{at: outageEnd, line: "Prometheus starts again.", do: d.startMetrics},
		{at: stepAt, line: "The shadow has shown enough: the change decides half of Brazil's items, and nothing elsewhere.", do: d.step},
		{at: outageEnd + recoveryBy, line: "Numbers are fresh: what is not needed goes.", table: true, do: d.judgeOutage},
		{at: surgeAt, line: "A social surge hits the comments: nine times their mean in ten seconds."},
		{at: 236 * time.Second, line: "The surge is at its height; search gives way to comments in the pool they share.", table: true},
		{at: surgeOver, line: "The surge is over.", table: true},
		{at: abortAt, line: "In Brazil senders of spam have found out what the change lets through: leakage rises.", do: d.judgeRollout},
		{at: planAt, line: "The night shift of Bogotá is sent away. Its planner sees who is missing, and closes the gap.", do: d.plan},
	}
	if d.traces != "" {
		return events // what traces hold is no derby at that time
	}
	return append(events, []event{
		{at: declareAt, line: "The shift is back. What may give way when people are too few is declared, a derby announced.", do: d.declare},
		{at: derbyAt, line: "The derby is decided: fourteen times as many comments, more than people can look at.", do: d.giveWay},
		{at: derbyHeight, line: "The derby at its height: what gives way keeps the rest in time.", table: true, do: d.showRelief},
		{at: derbyOver, line: "The derby is over.", do: d.takeBack},
	}...)
}

// elapsed is the time since the platform opened.
func (d *demo) elapsed() time.Duration { return time.Since(d.begin) }

// watch tells the story.
func (d *demo) watch(ctx context.Context) error {
	for _, e := range d.story() {
		if err := d.until(ctx, e.at); err != nil {
			return err
		}
		d.say("\n-- %s  %s", show.Clock(d.elapsed()), e.line)
		if e.do != nil {
			if err := e.do(ctx); err != nil {
				return err
			}
		}
		if e.table {
			d.kubectl(ctx, "get", "mqueue,cpool,starget", "-n", namespace)
		}
	}
	return nil
}

// until waits for a moment of the story.
func (d *demo) until(ctx context.Context, at time.Duration) error {
	timer := time.NewTimer(time.Until(d.begin.Add(at)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// kubectl prints what a user would see; it is no reason to stop if it fails.
func (d *demo) kubectl(ctx context.Context, args ...string) {
	cmd := exec.CommandContext(ctx, d.cluster.Kubectl, append([]string{"--kubeconfig", d.cluster.Kubeconfig}, args...)...)
	cmd.Stdout, cmd.Stderr = d.out, d.out
	if err := cmd.Run(); err != nil {
		d.say("kubectl: %v", err)
	}
}

// readyWithin is how long every pool and queue may take to become Ready.
const readyWithin = 30 * time.Second

// allReady waits until every queue and pool is Ready.
func (d *demo) allReady(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	var last check.Result
	err := lab.Poll(waiting, often, "every pool and queue is ready", func(context.Context) (bool, error) {
		now := d.elapsed()
		last = check.Recovered("every pool and queue became Ready", d.recorder.timeline(), now-time.Second, now)
		return last.OK, nil
	})
	if err == nil {
		last.Detail = fmt.Sprintf("by %s of the run", show.Clock(d.elapsed()))
	}
	d.results = append(d.results, last)
	d.kubectl(ctx, "wait", "--for=condition=Ready", "mqueue", "--all", "-n", namespace, "--timeout=10s")
	return ctx.Err() // what is missing is told at the end
}

func (d *demo) stopMetrics(ctx context.Context) error { return d.cluster.StopPart(ctx, outageOf) }

func (d *demo) startMetrics(ctx context.Context) error {
	t := d.recorder.timeline()
	d.results = append(d.results,
		check.NotLowered("replicas held through the outage", t, outageAt+noticed, outageEnd),
		check.SaidStale("conditions named the cause", t, outageAt, outageEnd),
		check.StoodStill("the rollout stood still without metrics", t, policy, outageAt+noticed, outageEnd),
	)
	return d.cluster.StartPart(ctx, outageOf)
}

func (d *demo) judgeOutage(context.Context) error {
	t := d.recorder.timeline()
	d.results = append(d.results,
		check.Recovered("recovery was clean", t, outageEnd, outageEnd+recoveryBy),
		check.StayedReady("objects stayed Ready throughout", t, outageAt, outageEnd+recoveryBy),
	)
	return nil
}
