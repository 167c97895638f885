package apply

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	modtest "github.com/modcap/modcap/internal/testing"
)

// shelf is a client that counts what is written.
type shelf struct {
	*testing.T
	client.Client
	writes int
	fail   map[string]error // by verb
}

func newShelf(t *testing.T, objects ...client.Object) *shelf {
	t.Helper()
	scheme, err := modtest.Scheme()
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{T: t, fail: map[string]error{}}
	s.Client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithReturnManagedFields().WithInterceptorFuncs(interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
			if err := s.fail["get"]; err != nil {
				return err
			}
			return c.Get(ctx, key, obj, opts...)
		},
		Create: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.CreateOption) error {
			s.writes++
			if err := s.fail["create"]; err != nil {
				return err
			}
			return c.Create(ctx, obj, opts...)
		},
		Apply: func(ctx context.Context, c client.WithWatch, obj runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
			s.writes++
			if err := s.fail["apply"]; err != nil {
				return err
			}
			return c.Apply(ctx, obj, opts...)
		},
	}).Build()
	return s
}

func (s *shelf) read() *corev1.ConfigMap {
	s.Helper()
	var m corev1.ConfigMap
	if err := s.Client.Get(s.Context(), client.ObjectKey{Namespace: "ns", Name: "doc"}, &m); err != nil {
		s.Fatal(err)
	}
	return &m
}

// change writes the ConfigMap as somebody else would.
func (s *shelf) change(edit func(*corev1.ConfigMap)) {
	s.Helper()
	m := s.read()
	edit(m)
	if err := s.Update(s.Context(), m); err != nil {
		s.Fatal(err)
	}
}

func document() ConfigMap {
	return ConfigMap{
		Namespace: "ns", Name: "doc", Kind: "weights", Labels: QueueLabels("live"),
		Data: map[string]string{"weights.json": "{}"}, Binary: map[string][]byte{"more.gz": {1, 2}},
		Owner: modtest.MakeQueue("live", "ns").UID("u1").Obj(),
	}
}

func with(change func(*ConfigMap)) ConfigMap { m := document(); change(&m); return m }

func wantObject(immutable *bool) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "ns", Name: "doc",
			Labels:          map[string]string{"app.kubernetes.io/managed-by": "modcap", "modcap.dev/document": "weights", "modcap.dev/queue": "live"},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "modcap.dev/v1alpha1", Kind: "ModerationQueue", Name: "live", UID: "u1"}},
		},
		Immutable: immutable, Data: map[string]string{"weights.json": "{}"}, BinaryData: map[string][]byte{"more.gz": {1, 2}},
	}
}

// seen leaves out what the API server fills in.
func seen(m *corev1.ConfigMap) *corev1.ConfigMap {
	out := m.DeepCopy()
	out.TypeMeta, out.ResourceVersion, out.ManagedFields = metav1.TypeMeta{}, "", nil
	return out
}

func TestOverwrite(t *testing.T) {
	s := newShelf(t)
	if wrote, err := Overwrite(t.Context(), s, OwnerRouting, document()); !wrote || err != nil {
		t.Fatalf("wrote %v, %v", wrote, err)
	}
	if d := cmp.Diff(wantObject(nil), seen(s.read())); d != "" {
		t.Errorf("object (-want +got):\n%s", d)
	}
	if by := s.read().ManagedFields; len(by) != 1 || by[0].Manager != "modcap-routing" || by[0].Operation != metav1.ManagedFieldsOperationApply {
		t.Errorf("written by %+v", by)
	}
}

func TestOverwriteOnlyWhatDiffers(t *testing.T) {
	none := func(*corev1.ConfigMap) {}
	for name, c := range map[string]struct {
		edited func(*corev1.ConfigMap)
		next   ConfigMap
		wrote  bool
	}{
		"the same":          {none, document(), false},
		"a label of others": {func(m *corev1.ConfigMap) { m.Labels["team"] = "x" }, document(), false},
		"an owner more": {func(m *corev1.ConfigMap) {
			m.OwnerReferences = append(m.OwnerReferences, metav1.OwnerReference{UID: "u9"})
		}, document(), false},
		"other data":              {none, with(func(m *ConfigMap) { m.Data = map[string]string{"weights.json": "[]"} }), true},
		"a key less":              {none, with(func(m *ConfigMap) { m.Data = nil }), true},
		"other bytes":             {none, with(func(m *ConfigMap) { m.Binary = map[string][]byte{"more.gz": {1, 3}} }), true},
		"no bytes":                {none, with(func(m *ConfigMap) { m.Binary = nil }), true},
		"data edited":             {func(m *corev1.ConfigMap) { m.Data["weights.json"] = "edited" }, document(), true},
		"a label taken away":      {func(m *corev1.ConfigMap) { delete(m.Labels, ManagedByLabel) }, document(), true},
		"a label of its own":      {none, with(func(m *ConfigMap) { m.Labels = QueueLabels("other") }), true},
		"the owner made again":    {none, with(func(m *ConfigMap) { m.Owner = modtest.MakeQueue("live", "ns").UID("u2").Obj() }), true},
		"no owner is none's loss": {none, with(func(m *ConfigMap) { m.Owner = nil }), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			if _, err := Overwrite(t.Context(), s, OwnerRouting, document()); err != nil {
				t.Fatal(err)
			}
			s.change(c.edited)
			wrote, err := Overwrite(t.Context(), s, OwnerRouting, c.next)
			if wrote != c.wrote || err != nil || (s.writes == 2) != c.wrote {
				t.Fatalf("wrote %v in %d writes, %v", wrote, s.writes-1, err)
			}
			got := s.read()
			if v, ok := c.next.Data["weights.json"]; c.wrote && (got.Data["weights.json"] != v || (got.Data["weights.json"] == "" && ok)) {
				t.Errorf("data is %v", got.Data)
			}
			if again, err := Overwrite(t.Context(), s, OwnerRouting, c.next); again || err != nil {
				t.Errorf("once more wrote %v, %v; it is %+v", again, err, seen(got))
			}
		})
	}
}

// Keys that somebody else added are theirs; modcap's own are as they are to be.
func TestOverwriteBesideOthers(t *testing.T) {
	s := newShelf(t)
	if _, err := Overwrite(t.Context(), s, OwnerRouting, document()); err != nil {
		t.Fatal(err)
	}
	s.change(func(m *corev1.ConfigMap) { m.Data = map[string]string{"note": "by hand"} })
	if wrote, err := Overwrite(t.Context(), s, OwnerRouting, document()); !wrote || err != nil {
		t.Errorf("wrote %v, %v", wrote, err)
	}
	if d := cmp.Diff(map[string]string{"note": "by hand", "weights.json": "{}"}, s.read().Data); d != "" {
		t.Errorf("data (-want +got):\n%s", d)
	}
}

func TestOnce(t *testing.T) {
	s := newShelf(t)
	if made, err := Once(t.Context(), s, OwnerRouting, document()); !made || err != nil {
		t.Fatalf("made %v, %v", made, err)
	}
	if d := cmp.Diff(wantObject(ptr.To(true)), seen(s.read())); d != "" {
		t.Errorf("object (-want +got):\n%s", d)
	}
	if made, err := Once(t.Context(), s, OwnerRouting, document()); made || err != nil || s.writes != 1 {
		t.Errorf("again made %v, %v, in %d writes", made, err, s.writes)
	}
}

func TestOnceRefusesOtherContent(t *testing.T) {
	const want = "weights ConfigMap exists with other content; delete it to have it made again"
	for name, m := range map[string]ConfigMap{
		"data":    with(func(m *ConfigMap) { m.Data = map[string]string{"weights.json": "tampered"} }),
		"a key":   with(func(m *ConfigMap) { m.Data = maps.Clone(m.Data); m.Data["more"] = "x" }),
		"bytes":   with(func(m *ConfigMap) { m.Binary = map[string][]byte{"more.gz": {9}} }),
		"no byte": with(func(m *ConfigMap) { m.Binary = nil }),
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			if _, err := Once(t.Context(), s, OwnerRouting, m); err != nil {
				t.Fatal(err)
			}
			before := s.read()
			if made, err := Once(t.Context(), s, OwnerRouting, document()); made || err == nil || err.Error() != want {
				t.Errorf("made %v, error %v", made, err)
			}
			if d := cmp.Diff(before, s.read()); d != "" || s.writes != 1 {
				t.Errorf("%d writes; object (-before +after):\n%s", s.writes, d)
			}
		})
	}
}

// stranger is an owner of a kind that the client does not know.
type stranger struct{ corev1.ConfigMap }

func TestErrors(t *testing.T) {
	refused := errors.New("refused")
	exists := apierrors.NewAlreadyExists(schema.GroupResource{Resource: "configmaps"}, "doc")
	overwrite := func(s *shelf, m ConfigMap) (bool, error) { return Overwrite(s.Context(), s, OwnerPool, m) }
	once := func(s *shelf, m ConfigMap) (bool, error) { return Once(s.Context(), s, OwnerPool, m) }
	foreign := with(func(m *ConfigMap) { m.Owner = &stranger{} })
	for name, c := range map[string]struct {
		do   func(*shelf, ConfigMap) (bool, error)
		m    ConfigMap
		verb string
		err  error
		want string
	}{
		"overwrite, read":  {overwrite, document(), "get", refused, "read weights ConfigMap: refused"},
		"overwrite, apply": {overwrite, document(), "apply", refused, "apply weights ConfigMap: refused"},
		"once, read":       {once, document(), "get", refused, "read weights ConfigMap: refused"},
		"once, create":     {once, document(), "create", refused, "create weights ConfigMap: refused"},
		// The cache was behind.
		"once, there already":  {once, document(), "create", exists, ""},
		"overwrite, the owner": {overwrite, foreign, "", nil, "find kind of owner: no kind is registered for the type apply.stranger"},
		"once, the owner":      {once, foreign, "", nil, "find kind of owner: no kind is registered for the type apply.stranger"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			s.fail[c.verb] = c.err
			wrote, err := c.do(s, c.m)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if len(got) > len(c.want) && c.want != "" {
				got = got[:len(c.want)] // the scheme says more
			}
			if wrote || got != c.want {
				t.Errorf("wrote %v, error %q, want %q", wrote, got, c.want)
			}
		})
	}
}
