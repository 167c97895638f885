package testing

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// ErrKilled is what a write gives after KillAfter has run out.
var ErrKilled = errors.New("killed by the test")

// Client reads and writes the API server itself, in place of a manager's cached
// client: what a reconcile sees is what stands. It counts writes, can stop them as
// a kill would, and answers lists by index, which the API server cannot.
type Client struct {
	client.WithWatch

	mu      sync.Mutex
	indexes map[index]client.IndexerFunc
	writes  []string
	left    int // writes until all fail; negative for no limit
	before  func(write string)
}

type index struct {
	kind  reflect.Type
	field string
}

// DirectClient makes a Client of the environment.
func (e *Env) DirectClient() (*Client, error) {
	direct, err := client.NewWithWatch(e.Config, client.Options{Scheme: e.Scheme})
	if err != nil {
		return nil, fmt.Errorf("make client: %w", err)
	}
	c := &Client{indexes: map[index]client.IndexerFunc{}, left: -1}
	c.WithWatch = interceptor.NewClient(direct, c.funcs())
	return c, nil
}

// IndexField makes lists of the object's kind by the field work.
func (c *Client) IndexField(_ context.Context, obj client.Object, field string, keys client.IndexerFunc) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.indexes[index{reflect.TypeOf(obj), field}] = keys
	return nil
}

// KillAfter lets n more writes through and fails all that follow; negative for no limit.
func (c *Client) KillAfter(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = n
}

// Before calls a function with the name of each write, as Writes gives it, before it
// is done; nil for none.
func (c *Client) Before(call func(write string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before = call
}

// Writes are the writes since the last call, such as "update ClassifierPool/status"
// or "apply ConfigMap live-index", in order. One that the server refused is in it.
func (c *Client) Writes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.writes
	c.writes = nil
	return w
}

// write counts a write, and says whether it may be done.
func (c *Client) write(verb, kind, sub, name string) error {
	if sub != "" {
		kind += "/" + sub
	}
	what := strings.TrimSpace(verb + " " + kind + " " + name)
	c.mu.Lock()
	before := c.before
	killed := c.left == 0
	if !killed {
		c.left--
		c.writes = append(c.writes, what)
	}
	c.mu.Unlock()
	if killed {
		return ErrKilled
	}
	if before != nil {
		before(what)
	}
	return nil
}

func (c *Client) of(verb, sub string, obj client.Object) error {
	gvk, err := c.GroupVersionKindFor(obj)
	if err != nil {
		return err
	}
	return c.write(verb, gvk.Kind, sub, obj.GetName())
}

func (c *Client) funcs() interceptor.Funcs {
	return interceptor.Funcs{
		List: c.list,
		Create: func(ctx context.Context, in client.WithWatch, obj client.Object, opts ...client.CreateOption) error {
			return then(c.of("create", "", obj), func() error { return in.Create(ctx, obj, opts...) })
		},
		Update: func(ctx context.Context, in client.WithWatch, obj client.Object, opts ...client.UpdateOption) error {
			return then(c.of("update", "", obj), func() error { return in.Update(ctx, obj, opts...) })
		},
		Patch: func(ctx context.Context, in client.WithWatch, obj client.Object, p client.Patch, opts ...client.PatchOption) error {
			return then(c.of("patch", "", obj), func() error { return in.Patch(ctx, obj, p, opts...) })
		},
		Delete: func(ctx context.Context, in client.WithWatch, obj client.Object, opts ...client.DeleteOption) error {
			return then(c.of("delete", "", obj), func() error { return in.Delete(ctx, obj, opts...) })
		},
		Apply: func(ctx context.Context, in client.WithWatch, obj runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
			kind, name := applied(obj)
			return then(c.write("apply", kind, "", name), func() error { return in.Apply(ctx, obj, opts...) })
		},
		SubResourceUpdate: func(
			ctx context.Context, in client.Client, sub string, obj client.Object, opts ...client.SubResourceUpdateOption,
		) error {
			return then(c.of("update", sub, obj), func() error { return in.SubResource(sub).Update(ctx, obj, opts...) })
		},
		SubResourcePatch: func(
			ctx context.Context, in client.Client, sub string, obj client.Object, p client.Patch, opts ...client.SubResourcePatchOption,
		) error {
			return then(c.of("patch", sub, obj), func() error { return in.SubResource(sub).Patch(ctx, obj, p, opts...) })
		},
	}
}

// then does a write that is allowed.
func then(err error, do func() error) error {
	if err != nil {
		return err
	}
	return do()
}

// applied is the kind and name of an apply configuration.
func applied(obj runtime.ApplyConfiguration) (kind, name string) {
	if k, ok := obj.(interface{ GetKind() *string }); ok && k.GetKind() != nil {
		kind = *k.GetKind()
	}
	if n, ok := obj.(interface{ GetName() *string }); ok && n.GetName() != nil {
		name = *n.GetName()
	}
	return kind, name
}

// list answers a list by index from the whole list.
func (c *Client) list(ctx context.Context, in client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
	var o client.ListOptions
	o.ApplyOptions(opts)
	if o.FieldSelector == nil {
		return in.List(ctx, list, opts...)
	}
	wanted := o.FieldSelector.Requirements()
	o.FieldSelector = nil
	if err := in.List(ctx, list, &o); err != nil {
		return err
	}
	all, err := apimeta.ExtractList(list)
	if err != nil {
		return err
	}
	var kept []runtime.Object
	for _, one := range all {
		ok, err := c.matches(one.(client.Object), wanted)
		if err != nil {
			return err
		}
		if ok {
			kept = append(kept, one)
		}
	}
	return apimeta.SetList(list, kept)
}

func (c *Client) matches(o client.Object, wanted fields.Requirements) (bool, error) {
	for _, w := range wanted {
		c.mu.Lock()
		keys := c.indexes[index{reflect.TypeOf(o), w.Field}]
		c.mu.Unlock()
		if keys == nil {
			return false, fmt.Errorf("no index %s of %T", w.Field, o)
		}
		if !slices.Contains(keys(o), w.Value) {
			return false, nil
		}
	}
	return true, nil
}
