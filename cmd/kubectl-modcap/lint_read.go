package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/schema"
)

// object names an object of some namespace.
type object struct{ namespace, kind, name string }

// bundle is the objects that are looked at together.
type bundle struct {
	// namespace of objects that say none; empty for the only one that others say, or none.
	namespace string
	queues    []*v1alpha1.ModerationQueue
	policies  []*v1alpha1.ModerationPolicy
	pools     []*v1alpha1.ClassifierPool
	teams     []*v1alpha1.ReviewTeam
	targets   []*v1alpha1.StaffingTarget
	sources   []*v1alpha1.MetricSource
	shared    []*v1alpha1.ClusterMetricSource
	overrides []*v1alpha1.CapacityOverride
	maps      []*corev1.ConfigMap
	// shipped are the regimes that modcap knows of.
	shipped regimes.Catalogue
	// schemas are what the API server would hold manifests against, and refused what it would refuse.
	schemas *schema.Schemas
	refused map[object][]lint.Finding
	// files says where an object is from.
	files map[object]string
	// live says that what is not here is not there, but for forbidden kinds.
	live      bool
	forbidden []string
	now       time.Time
	// volumes are what comes to queues.
	volumes []lint.Volume
}

// expanded are the files that are meant, those of a directory by name.
func expanded(paths []string, recursive bool) ([]string, error) {
	var out []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if path == "-" || err == nil && !info.IsDir() {
			out = append(out, path)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read manifest: %w", err)
		}
		below, err := within(path, recursive)
		if err != nil {
			return nil, fmt.Errorf("read manifests: %w", err)
		}
		out = append(out, below...)
	}
	return out, nil
}

// within are the manifests of a directory.
func within(dir string, recursive bool) (out []string, err error) {
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != dir && !recursive:
			return filepath.SkipDir
		case !d.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(p)):
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

func (b *bundle) open(stdin io.Reader, path string) error {
	if path == "-" {
		return b.readAll("standard input", stdin)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read manifest: %w", err)
	}
	return b.readAll(path, bytes.NewReader(data))
}

func (b *bundle) readAll(name string, r io.Reader) error {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(r))
	for n := 1; ; n++ {
		data, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = b.add(name, data)
		}
		if err != nil {
			return fmt.Errorf("%s: document %d: %w", name, n, err)
		}
	}
}

// add takes in one document, strictly. Objects of other groups are passed over; a list is its items.
func (b *bundle) add(file string, data []byte) error {
	var head struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	if err := yaml.Unmarshal(data, &head); err != nil {
		return unreadable(err)
	}
	for _, item := range head.Items {
		if err := b.add(file, item); err != nil {
			return err
		}
	}
	group, _, _ := strings.Cut(head.APIVersion, "/")
	switch {
	case head.APIVersion == "v1" && head.Kind == "ConfigMap":
		return b.addMap(data)
	case group != v1alpha1.Group || len(head.Items) > 0:
		return nil
	case head.APIVersion != v1alpha1.GroupVersion.String():
		return fmt.Errorf("%s: its apiVersion is %s, and modcap's objects are of %s", head.Kind, head.APIVersion, v1alpha1.GroupVersion)
	}
	if err := b.take(file, head.Kind, data); err != nil {
		return fmt.Errorf("%s: %w", head.Kind, err)
	}
	return nil
}

// addMap takes in a ConfigMap that may hold the schedule of a team.
func (b *bundle) addMap(data []byte) error {
	var m corev1.ConfigMap
	if err := yaml.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("ConfigMap: %w", unreadable(err))
	}
	b.maps = append(b.maps, &m)
	return nil
}

func (b *bundle) take(file, kind string, data []byte) (err error) {
	switch kind {
	case lint.KindQueue:
		b.queues, err = taken(b, file, b.queues, data)
	case lint.KindPolicy:
		b.policies, err = taken(b, file, b.policies, data)
	case lint.KindPool:
		b.pools, err = taken(b, file, b.pools, data)
	case lint.KindTeam:
		b.teams, err = taken(b, file, b.teams, data)
	case lint.KindTarget:
		b.targets, err = taken(b, file, b.targets, data)
	case lint.KindSource:
		b.sources, err = taken(b, file, b.sources, data)
	case lint.KindClusterSource:
		b.shared, err = taken(b, file, b.shared, data)
	case lint.KindOverride:
		b.overrides, err = taken(b, file, b.overrides, data)
	default:
		err = fmt.Errorf("modcap has no such kind: see whether it is misspelt")
	}
	return err
}

// taken is a list with one more object.
func taken[T any, P interface {
	*T
	client.Object
}](b *bundle, file string, list []P, data []byte) ([]P, error) {
	x := P(new(T))
	if err := yaml.UnmarshalStrict(data, x); err != nil {
		return nil, unreadable(err)
	}
	if x.GetName() == "" {
		return nil, errors.New("it has no metadata.name")
	}
	o := object{x.GetNamespace(), x.GetObjectKind().GroupVersionKind().Kind, x.GetName()}
	b.files[o] = file
	return append(list, x), b.admit(o, data)
}

// admit finds out what the API server would refuse an object for.
func (b *bundle) admit(o object, data []byte) error {
	problems, err := b.schemas.Check(context.Background(), o.kind, data)
	if err != nil {
		return err
	}
	for _, why := range validation.NameIsDNSSubdomain(o.name, false) {
		problems = append(problems, schema.Problem{Field: "metadata.name", Message: why})
	}
	for _, p := range problems {
		b.refused[o] = append(b.refused[o], lint.Finding{
			Object: lint.Object{Kind: o.kind, Name: o.name}, Field: p.Field, Message: "The API server would refuse it: " + p.Message,
			Fix: "Correct the field; kubectl explain says what it takes.",
		})
	}
	return nil
}

// settle gives objects that say no namespace that of the flag, or the only one that others say.
func (b *bundle) settle() {
	said := b.namespaces()
	named := slices.DeleteFunc(slices.Clone(said), func(ns string) bool { return ns == "" })
	if b.namespace == "" && len(named) == 1 {
		b.namespace = named[0]
	}
	for _, o := range b.all() {
		if o.GetNamespace() == "" && b.namespace != "" {
			o.SetNamespace(b.namespace)
		}
	}
	b.move(b.namespace)
}

// move makes what is known of objects that said no namespace known of those of a namespace.
func (b *bundle) move(namespace string) {
	for o, file := range maps.Clone(b.files) {
		if to := (object{namespace, o.kind, o.name}); o.namespace == "" && namespace != "" && o.kind != lint.KindClusterSource {
			b.files[to], b.refused[to] = file, b.refused[o]
		}
	}
}

// all are the objects that have a namespace.
func (b *bundle) all() []client.Object {
	return slices.Concat(plain(b.queues), plain(b.policies), plain(b.pools), plain(b.teams), plain(b.targets), plain(b.sources),
		plain(b.overrides), plain(b.maps))
}

func plain[P client.Object](list []P) []client.Object {
	out := make([]client.Object, len(list))
	for i, x := range list {
		out[i] = x
	}
	return out
}

// namespaces of the objects. Where there are only sources for the whole cluster it is an empty one.
func (b *bundle) namespaces() []string {
	var out []string
	for _, o := range b.all() {
		if _, other := o.(*corev1.ConfigMap); !other {
			out = append(out, o.GetNamespace())
		}
	}
	if len(out) == 0 {
		return []string{b.namespace}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *bundle) empty() bool { return len(b.all())-len(b.maps)+len(b.shared) == 0 }

func of[P client.Object](ns string, list []P) []P {
	return slices.DeleteFunc(slices.Clone(list), func(x P) bool { return x.GetNamespace() != ns })
}

// counts are how many objects there are of each kind.
func (b *bundle) counts() map[string]int {
	return map[string]int{
		lint.KindQueue: len(b.queues), lint.KindPolicy: len(b.policies), lint.KindPool: len(b.pools), lint.KindTeam: len(b.teams),
		lint.KindTarget: len(b.targets), lint.KindSource: len(b.sources), lint.KindClusterSource: len(b.shared),
		lint.KindOverride: len(b.overrides),
	}
}

// kinds in the order in which they are told.
func kinds() []string {
	return []string{
		lint.KindQueue, lint.KindPolicy, lint.KindPool, lint.KindTeam, lint.KindTarget, lint.KindSource, lint.KindClusterSource,
		lint.KindOverride,
	}
}

// unread are the kinds whose objects may be missing.
func (b *bundle) unread() []string {
	if b.live {
		return b.forbidden
	}
	counts := b.counts()
	return slices.DeleteFunc(kinds(), func(k string) bool { return counts[k] > 0 })
}

// input is what is looked at of a namespace.
func (b *bundle) input(ns string) lint.Input {
	in := lint.Input{
		Now: b.now, Namespace: ns, Unread: map[string]bool{}, Partial: !b.live && len(b.queues) == 1,
		Queues: of(ns, b.queues), Policies: of(ns, b.policies), Pools: of(ns, b.pools), Teams: of(ns, b.teams), Targets: of(ns, b.targets),
		Sources: of(ns, b.sources), ClusterSources: b.shared, Overrides: of(ns, b.overrides), Schedules: map[string]*resolve.Schedule{},
		Volumes: b.volumes,
	}
	for _, k := range b.unread() {
		in.Unread[k] = true
	}
	for o, found := range b.refused {
		if o.namespace == ns || o.kind == lint.KindClusterSource {
			in.Refused = append(in.Refused, found...)
		}
	}
	for _, m := range of(ns, b.maps) {
		data, ok := m.BinaryData[resolve.ScheduleKey]
		if text, is := m.Data[resolve.ScheduleKey]; is {
			data, ok = []byte(text), true
		}
		if s, err := resolve.ReadSchedule(data); ok && err == nil {
			in.Schedules[m.Name] = s
		}
	}
	b.addRegimes(&in)
	return in
}

// addRegimes puts in the regimes that are shipped, and those of ConfigMaps.
func (b *bundle) addRegimes(in *lint.Input) {
	in.Regimes, in.Unread[lint.KindRegimes] = b.shipped, in.Unread[lint.KindRegimes] || !b.live
	wrong := func(m *corev1.ConfigMap, message string) {
		in.Refused = append(in.Refused, lint.Finding{
			Code: lint.CodeRegimesInvalid, Object: lint.Object{Kind: lint.KindRegimes, Name: m.Name}, Field: "data." + v1alpha1.RegimesKey,
			Message: message, Fix: "Correct the ConfigMap; kubectl modcap regimes -f FILE checks it.",
		})
	}
	for _, m := range of(in.Namespace, b.maps) {
		if m.Labels[v1alpha1.RegimesLabel] != "true" {
			continue
		}
		own, err := regimes.Read([]byte(m.Data[v1alpha1.RegimesKey]))
		if err != nil {
			wrong(m, err.Error())
			continue
		}
		all, refused := in.Regimes.With("ConfigMap "+m.Name, own)
		in.Regimes = all
		for _, x := range refused {
			wrong(m, fmt.Sprintf("Regime %s is left out: %s.", x.Name, x.Why))
		}
	}
}
