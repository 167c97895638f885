package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/manifest"
)

// What gives way when more comes than people can look at. The surge is the scenario's.
const (
	declareAt   = 325 * time.Second
	derbyAt     = 350 * time.Second
	derbyHeight = 412 * time.Second
	derbyOver   = 415 * time.Second
	// nightHeads are those of the sample: there is nothing short before the derby.
	nightHeads = 30
	// quietIn is how soon relief may be told to be needless, shortIn how soon after a surge begins it is needed, and
	// enoughIn how soon after it people are enough again: rates of classes of which little comes are measured over minutes.
	quietIn  = 30 * time.Second
	shortIn  = 90 * time.Second
	enoughIn = 300 * time.Second
	// protected is the stream of the labels that nothing may touch.
	protected = "safety"
)

// relieving is what the demo remembers of it.
type relieving struct {
	before  map[string]string // what routers decided by
	applied time.Duration
}

// declare adds relief to the policy, and announces the derby.
func (d *demo) declare(ctx context.Context) error {
	if err := d.modcap(ctx, "headcount", site, nightShift, strconv.Itoa(nightHeads), "--write"); err != nil {
		return err
	}
	if _, err := d.short(ctx, func(hours float64) bool { return hours == 0 }); err != nil {
		d.say("   people are still missing") // and relief begins at once, which is told at the end
	}
	objects, err := d.reliefObjects()
	if err != nil {
		return err
	}
	last := len(objects) - 1
	d.relief.applied = d.elapsed()
	if err := manifest.Apply(ctx, d.client, objects[:last]); err != nil {
		return err
	}
	d.await(ctx, quietIn, "people are enough", func(s check.Snapshot) bool { return s.Relief[target].Status == "False" })
	if d.relief.before, _, err = d.published(ctx); err != nil {
		return err
	}
	if err := d.showRelief(ctx); err != nil {
		return err
	}
	if err := manifest.Apply(ctx, d.client, objects[last:]); err != nil {
		return err
	}
	d.kubectl(ctx, "get", "coverride", "-n", namespace)
	return nil
}

// showRelief prints what gives way, of what is told of the policy.
func (d *demo) showRelief(ctx context.Context) error {
	const command = "policy status " + policy
	text, err := d.plugin(ctx, strings.Fields(command)...).Output()
	if err != nil {
		return fmt.Errorf("run kubectl modcap %s: %w", command, err)
	}
	_, part, _ := strings.Cut(string(text), "\nrelief: ")
	d.say("\n$ kubectl modcap %s\n…\nrelief: %s", command, strings.TrimSpace(part))
	return nil
}

// reliefObjects are those of the file, for this cluster and this run.
func (d *demo) reliefObjects() ([]*unstructured.Unstructured, error) {
	objects, err := manifest.File(filepath.Join(d.root, "hack", "demo", "relief.yaml"))
	if err != nil {
		return nil, err
	}
	sample, err := d.samplePolicy()
	if err != nil {
		return nil, err
	}
	clock := func(at time.Duration) string { return d.begin.Add(at).UTC().Format(time.RFC3339) }
	for i, o := range objects {
		o.SetNamespace(namespace)
		switch o.GetKind() {
		case "MetricSource":
			err = manifest.Set(objects[i:i+1], "MetricSource", d.cluster.Prometheus, "spec", "prometheus", "url")
		case "ModerationPolicy":
			relief, _, _ := unstructured.NestedMap(o.Object, "spec", "relief")
			objects[i], err = sample, unstructured.SetNestedMap(sample.Object, relief, "spec", "relief")
		case "CapacityOverride":
			spec := o.Object["spec"].(map[string]any)
			spec["from"], spec["until"] = clock(derbyAt), clock(derbyOver)
		}
		if err != nil {
			return nil, fmt.Errorf("prepare %s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return objects, nil
}

// giveWay waits until relief is in force, and shows it. What is missing is told at the end.
func (d *demo) giveWay(ctx context.Context) error {
	d.await(ctx, shortIn, "relief is in force", func(s check.Snapshot) bool {
		return s.Relief[target].Status == "True" && len(s.GivesWay) > 0 // routers follow the status
	})
	return d.showRelief(ctx)
}

// takeBack waits until relief is over, shows that, and checks the whole of it.
func (d *demo) takeBack(ctx context.Context) error {
	d.await(ctx, enoughIn, "relief is over", func(s check.Snapshot) bool {
		return s.Relief[target].Status == "False" && len(s.GivesWay) == 0
	})
	if err := d.showRelief(ctx); err != nil {
		return err
	}
	after, _, err := d.published(ctx)
	if err != nil {
		return err
	}
	s, err := d.summarise(ctx)
	if err != nil {
		return err
	}
	d.results = append(d.results,
		check.GaveWay("relief gave way, and was taken back", d.recorder.timeline(), target, d.relief.applied, derbyAt),
		check.SameBytes("relief left the documents alone", d.relief.before, after),
		check.Relieved("the platform followed it", s),
		check.InTime("protected work was in time all along", s, protected),
	)
	return nil
}
