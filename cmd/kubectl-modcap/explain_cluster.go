package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/replay"
)

// requestTimeout is how long the API server may take for one answer.
const requestTimeout = 20 * time.Second

// clusterFlags say which cluster is asked, as whom, and in which namespace.
type clusterFlags struct {
	namespace, context, kubeconfig string
}

func (f *clusterFlags) addTo(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVarP(&f.namespace, "namespace", "n", "", "namespace to look in; unset, that of the context")
	flags.StringVar(&f.context, "context", "", "context of the kubeconfig; unset, the current one")
	flags.StringVar(&f.kubeconfig, "kubeconfig", "", "path of the kubeconfig; unset, as kubectl finds it")
}

// cluster reads objects of one namespace, and changes teams.
type cluster struct {
	client    client.Client
	namespace string
}

// connect finds the cluster as kubectl does.
func (f *clusterFlags) connect() (*cluster, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: f.context}
	overrides.Context.Namespace = f.namespace
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	config, err := loader.ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, fmt.Errorf("no cluster is configured: set KUBECONFIG or --kubeconfig")
	}
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}
	config.Timeout = requestTimeout
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("register kinds: %w", err)
		}
	}
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("make client: %w", err)
	}
	return &cluster{client: c, namespace: namespace}, nil
}

// subject is a queue or a pool, as a person names it.
type subject struct {
	queue bool
	name  string
}

// parseSubject reads "queue/NAME" or "pool/NAME", or the two apart, with the words
// that kubectl takes for these kinds.
func parseSubject(args []string) (subject, error) {
	kind, name, _ := strings.Cut(strings.Join(args, "/"), "/")
	kind, _, _ = strings.Cut(strings.ToLower(kind), "."+v1alpha1.Group)
	if name != "" && !strings.Contains(name, "/") {
		switch kind {
		case "queue", "queues", "mqueue", "moderationqueue", "moderationqueues":
			return subject{queue: true, name: name}, nil
		case "pool", "pools", "cpool", "classifierpool", "classifierpools":
			return subject{name: name}, nil
		}
	}
	return subject{}, fmt.Errorf("%q is neither queue/NAME nor pool/NAME (mqueue/NAME and cpool/NAME do as well)", strings.Join(args, " "))
}

func (c *cluster) queue(ctx context.Context, name string) (*v1alpha1.ModerationQueue, error) {
	var q v1alpha1.ModerationQueue
	if err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &q); err != nil {
		return nil, c.sentence(ctx, err, "ModerationQueue", name, &v1alpha1.ModerationQueueList{})
	}
	if q.Spec.Classification == nil {
		return nil, fmt.Errorf("queue/%s has no machines to explain (spec.classification is not set): people do all its work, "+
			"and kubectl describe mqueue %s -n %s shows how many are needed", name, name, c.namespace)
	}
	return &q, nil
}

func (c *cluster) pool(ctx context.Context, name string) (*v1alpha1.ClassifierPool, error) {
	var p v1alpha1.ClassifierPool
	if err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &p); err != nil {
		return nil, c.sentence(ctx, err, "ClassifierPool", name, &v1alpha1.ClassifierPoolList{})
	}
	return &p, nil
}

// history reads the recorded decisions of a pool. Where there are none, trouble says
// why, and what to do about it.
func (c *cluster) history(ctx context.Context, p *v1alpha1.ClassifierPool) (records []replay.Record, trouble string, err error) {
	name := p.Status.Decisions
	if name == "" {
		return nil, "No decision of this pool is recorded: an operator with --read-only keeps none, and else the next one that " +
			"changes something is the first", nil
	}
	var m corev1.ConfigMap
	err = c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &m)
	switch {
	case apierrors.IsNotFound(err):
		return nil, fmt.Sprintf("ConfigMap %s, in which the decisions are recorded, does not exist: it was deleted, and comes back with the "+
			"next decision that changes something", name), nil
	case apierrors.IsForbidden(err):
		return nil, fmt.Sprintf("You may not read ConfigMap %s, in which the decisions are recorded: have the ClusterRole view bound to you "+
			"in namespace %s", name, c.namespace), nil
	case err != nil:
		return nil, "", fmt.Errorf("read ConfigMap %s: %w", name, err)
	}
	records, err = replay.Unpack(m.BinaryData[replay.Key])
	if err != nil {
		return nil, fmt.Sprintf("ConfigMap %s cannot be read (%v): delete it, and the operator starts it anew", name, err), nil
	}
	if len(records) == 0 {
		return nil, fmt.Sprintf("ConfigMap %s holds no decision", name), nil
	}
	return records, "", nil
}

// sentence says what a failed read means, and what to do about it.
func (c *cluster) sentence(ctx context.Context, err error, kind, name string, list client.ObjectList) error {
	switch {
	case apierrors.IsNotFound(err):
		return fmt.Errorf("%s %s does not exist in namespace %s%s", kind, name, c.namespace, c.others(ctx, list))
	case apierrors.IsForbidden(err):
		return fmt.Errorf("you may not read %s %s: have the ClusterRole view bound to you in namespace %s", kind, name, c.namespace)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("the cluster does not know you: log in again, or choose another --context")
	case apimeta.IsNoMatchError(err):
		return fmt.Errorf("the cluster has no kind %s: modcap is not installed there (docs/install.md), or another --context is meant", kind)
	}
	return fmt.Errorf("read %s %s: %w", kind, name, err)
}

// others names what the namespace has instead, as far as that may be seen.
func (c *cluster) others(ctx context.Context, list client.ObjectList) string {
	const most = 5
	if err := c.client.List(ctx, list, client.InNamespace(c.namespace), client.Limit(most)); err != nil {
		return ""
	}
	objects, err := apimeta.ExtractList(list)
	if err != nil || len(objects) == 0 {
		return ", and there is no other; choose a namespace with -n"
	}
	var names []string
	for _, o := range objects {
		if named, err := apimeta.Accessor(o); err == nil {
			names = append(names, named.GetName())
		}
	}
	return "; there are " + strings.Join(names, ", ")
}
