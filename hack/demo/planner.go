package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/lab"
)

// What the planner does: the night shift of a site is sent away, modcap says who is
// missing and what would close the gap, and the planner follows it.
const (
	pluginBinary = "kubectl-modcap"
	target       = "trust-and-safety"
	site         = "bogota"
	siteZone     = "America/Bogota"
	siteAlone    = "es" // only this site holds it
	nightShift   = "night"
	plannedIn    = 10 * time.Second // of an edit
	mostLooks    = 4                // at what is still missing
)

// plan is the planner's part of the story.
func (d *demo) plan(ctx context.Context) error {
	const name = "a planner saw a gap and closed it"
	if err := d.modcap(ctx, "headcount", site, nightShift, "0", "--write"); err != nil {
		return err
	}
	gap, err := d.short(ctx, func(hours float64) bool { return hours > 0 })
	if err != nil {
		d.results = append(d.results, check.Result{Name: name, Detail: "nobody was missing when the night shift was sent away"})
		return ctx.Err() // what is missing is told at the end
	}
	d.say("\n1. The gap")
	if err := d.showGap(ctx); err != nil {
		return err
	}
	d.say("\n2. What would close it")
	if err := d.modcap(ctx, "recommend", target, "--notice", "0s", "--time-zone", siteZone); err != nil {
		return err
	}
	d.say("\n3. What the planner changes: the shifts of it; overtime and courses are arranged with people")
	// Demand goes on changing, so that a little may be missing again: a planner looks once more.
	var added []string
	left := gap
	for range mostLooks {
		more, err := d.follow(ctx)
		if err != nil {
			return err
		}
		added = append(added, more)
		if left, err = d.short(ctx, func(hours float64) bool { return hours == 0 }); err == nil {
			break
		}
	}
	d.results = append(d.results, check.Result{
		Name: name, OK: left == 0,
		Detail: fmt.Sprintf("%.0f person-hours were missing in two weeks; with %s, %.1f", gap, strings.Join(added, ", then "), left),
	})
	d.say("\n4. What is missing now")
	return d.showGap(ctx)
}

// showGap shows who is missing of the language that only the site holds.
func (d *demo) showGap(ctx context.Context) error {
	return d.modcap(ctx, "staffing", target, "--language", siteAlone, "--show", "gap", "--time-zone", siteZone)
}

// follow does what is recommended, and says what that was.
func (d *demo) follow(ctx context.Context) (string, error) {
	var advice struct {
		Add []struct {
			Team, Shift      string
			Heads, Headcount int
		}
	}
	if err := d.ask(ctx, &advice, "recommend", target, "--notice", "0s"); err != nil {
		return "", err
	}
	var done []string
	for _, a := range advice.Add {
		if err := d.modcap(ctx, "headcount", a.Team, a.Shift, strconv.Itoa(a.Headcount), "--write"); err != nil {
			return "", err
		}
		done = append(done, fmt.Sprintf("%d more on %s/%s", a.Heads, a.Team, a.Shift))
	}
	if len(done) == 0 {
		return "nothing to follow", nil
	}
	return strings.Join(done, ", "), nil
}

// short waits until the person-hours that the plan lacks are as wanted, and gives the
// last seen.
func (d *demo) short(ctx context.Context, wanted func(hours float64) bool) (float64, error) {
	waiting, cancel := context.WithTimeout(ctx, plannedIn)
	defer cancel()
	last := 0.0
	err := lab.Poll(waiting, often, "the plan follows the roster", func(ctx context.Context) (bool, error) {
		var plan struct {
			Languages []struct{ PersonHoursShort float64 }
		}
		if err := d.ask(ctx, &plan, "staffing", target); err != nil || len(plan.Languages) == 0 {
			return false, err
		}
		last = plan.Languages[0].PersonHoursShort // of all
		return wanted(last), nil
	})
	return last, err
}

// modcap runs the plugin as a planner would, and shows what it prints.
func (d *demo) modcap(ctx context.Context, args ...string) error {
	d.say("\n$ kubectl modcap %s", strings.Join(args, " "))
	cmd := d.plugin(ctx, args...)
	cmd.Stdout, cmd.Stderr = d.out, d.out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run kubectl modcap %s: %w", args[0], err)
	}
	return nil
}

// glance runs the plugin, and shows what it prints up to a line that begins with a word:
// the rest is long.
func (d *demo) glance(ctx context.Context, word string, args ...string) error {
	d.say("\n$ kubectl modcap %s", strings.Join(args, " "))
	cmd := d.plugin(ctx, args...)
	cmd.Stderr = d.out
	text, err := cmd.Output()
	head, rest, _ := strings.Cut(string(text), "\n"+word)
	d.say("%s", head)
	if n := strings.Count(rest, "\n"); n > 0 {
		d.say("%s, and %d rows of it", word, n-1)
	}
	if err != nil {
		return fmt.Errorf("run kubectl modcap %s: %w", args[0], err)
	}
	return nil
}

// ask runs the plugin for its JSON.
func (d *demo) ask(ctx context.Context, answer any, args ...string) error {
	var problems bytes.Buffer
	cmd := d.plugin(ctx, append(args, "-o", "json")...)
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("ask kubectl modcap %s: %w: %s", args[0], err, &problems)
	}
	if err := json.Unmarshal(out, answer); err != nil {
		return fmt.Errorf("read the answer of kubectl modcap %s: %w", args[0], err)
	}
	return nil
}

func (d *demo) plugin(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, d.binary(pluginBinary), append(args, "-n", namespace, "--kubeconfig", d.cluster.Kubeconfig)...)
	cmd.Dir = d.work // where files are that it is given
	return cmd
}
