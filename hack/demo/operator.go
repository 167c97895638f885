package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/lab"
)

// operatorArgs are the flags of one replica. Prometheus is on loopback, which the
// operator dials only where it is told to.
func (d *demo) operatorArgs() []string {
	return []string{
		"--kubeconfig=" + d.cluster.Kubeconfig, "--namespace=" + systemSpace, "--leader-elect", "--log-format=text",
		"--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0",
		"--allow-source-cidrs=127.0.0.0/8",
	}
}

// startOperators starts one replica, waits until it leads, and starts another, so
// that it is known who leads.
func (d *demo) startOperators(ctx context.Context) error {
	space := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemSpace}}
	if err := d.client.Create(ctx, space); err != nil {
		return fmt.Errorf("create namespace: %w", err)
	}
	for range 2 {
		if err := d.startOperator(ctx); err != nil {
			return err
		}
		waiting, stop := context.WithTimeout(ctx, patience)
		err := lab.Poll(waiting, often, "an operator leads", func(ctx context.Context) (bool, error) {
			leader, err := d.leader(ctx)
			return leader != "", err
		})
		stop()
		if err != nil {
			return err
		}
	}
	d.say("%s leads, %s stands by", d.operators[0].Name, d.operators[1].Name)
	return nil
}

func (d *demo) startOperator(ctx context.Context) error {
	name := fmt.Sprintf("operator-%d", len(d.operators)+1)
	p, err := lab.Start(d.work, name, d.binary(operatorBinary), d.operatorArgs()...)
	if err != nil {
		return err
	}
	d.operators = append(d.operators, p)
	d.guard(ctx, p)
	return nil
}

// leader is who holds the operator's lease, empty if nobody does.
func (d *demo) leader(ctx context.Context) (string, error) {
	var leases coordinationv1.LeaseList
	if err := d.client.List(ctx, &leases, client.InNamespace(systemSpace)); err != nil {
		return "", fmt.Errorf("list leases: %w", err)
	}
	for _, l := range leases.Items {
		if strings.Contains(l.Name, "modcap") && l.Spec.HolderIdentity != nil {
			return *l.Spec.HolderIdentity, nil
		}
	}
	return "", nil
}

// killLeader ends the leading replica as a crash would, and waits for the other. A new
// replica takes its place, as a Deployment's would.
func (d *demo) killLeader(ctx context.Context) error {
	before, err := d.leader(ctx)
	if err != nil {
		return err
	}
	killed := d.elapsed()
	d.sacrificed.Store(d.operators[0])
	if err := d.operators[0].Kill(); err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := lab.Poll(waiting, often, "the other operator leads", func(ctx context.Context) (bool, error) {
		now, err := d.leader(ctx)
		return now != "" && now != before, err
	}); err != nil {
		return err
	}
	d.takeover = d.elapsed()
	took := (d.takeover - killed).Round(time.Second)
	d.say("   %s leads after %s", d.operators[1].Name, took)
	d.results = append(d.results, check.Result{
		Name: "another leader took over", OK: true, Detail: fmt.Sprintf("%s after the kill", took),
	})
	return d.startOperator(ctx)
}

// settle is for how long after a takeover replicas must not be lowered: a new leader
// knows of nothing wasted yet, and keeps each replica for 10 s at least.
const settle = 9 * time.Second

// judgeTakeover checks what the replicas did meanwhile.
func (d *demo) judgeTakeover(ctx context.Context) error {
	if err := d.until(ctx, d.takeover+settle); err != nil {
		return err
	}
	d.results = append(d.results, check.NotLowered("replicas not lowered by the restart", d.recorder.timeline(), leaderAt, d.takeover+settle))
	return nil
}
