package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/internal/roster"
)

// edition shows an edit of teams, and with write carries it out.
type edition struct {
	write  bool
	output string
}

func (e *edition) addTo(c *cobra.Command) {
	c.Flags().BoolVar(&e.write, "write", false, "write the differences; without it they are only shown")
	c.Flags().StringVarP(&e.output, "output", "o", "text", "text, json, or yaml: the teams that differ as they would be")
}

func (e *edition) check() error {
	switch e.output {
	case "text", "json", "yaml":
		return nil
	}
	return fmt.Errorf("-o is text, json or yaml, not %q", e.output)
}

// edited is what an edit does to a team.
type edited struct {
	Team    string   `json:"team"`
	Changes []string `json:"changes"`
	Refused []string `json:"refused,omitempty"`
	Written bool     `json:"written"`

	before *staffed
	spec   map[string]any
}

// fieldOwner is who the API server is told that writes.
const fieldOwner = client.FieldOwner("kubectl-modcap")

// apply shows what the edit changes, has the API server try it, and writes it if that
// is asked for and nothing is refused.
func (e *edition) apply(ctx context.Context, s streams, c *cluster, all []staffed, edit roster.Edit) error {
	changes, _ := edit.Compare(rosters(all))
	teams := make([]edited, len(changes))
	for i, change := range changes {
		before, err := c.find(all, change.Team.Name)
		if err != nil {
			return err
		}
		teams[i] = edited{Team: change.Team.Name, Changes: change.Words, before: before, spec: before.changedSpec(change)}
	}
	unchecked, err := c.try(ctx, teams)
	if err == nil && e.write && unchecked != "" {
		err = errors.New(unchecked + "; nothing was written")
	}
	if err == nil && e.write {
		err = c.commit(ctx, teams)
	}
	if shown := e.show(s, teams, unchecked); shown != nil {
		return shown
	}
	return err
}

// try has the API server say what it would say to each team. Unchecked is why it did
// not, where whoever asks may only look.
func (c *cluster) try(ctx context.Context, teams []edited) (unchecked string, err error) {
	refused := 0
	for i := range teams {
		err := c.patch(ctx, &teams[i], client.DryRunAll)
		if err == nil {
			continue
		}
		if lacksRight(err) {
			return "you may not change ReviewTeams: have the ClusterRole modcap-planner bound to you in namespace " + c.namespace, nil
		}
		if teams[i].Refused = refusal(err); teams[i].Refused == nil {
			return "", fmt.Errorf("try ReviewTeam %s: %w; nothing was written", teams[i].Team, err)
		}
		refused++
	}
	if refused > 0 {
		return "", fmt.Errorf("the cluster refuses %s; nothing was written", counted(refused, "team"))
	}
	return "", nil
}

// commit writes the teams, one after the other. It stops at the first that fails, and
// says how far it came.
func (c *cluster) commit(ctx context.Context, teams []edited) error {
	var written []string
	for i := range teams {
		err := c.patch(ctx, &teams[i])
		if err == nil {
			teams[i].Written = true
			written = append(written, teams[i].Team)
			continue
		}
		reason := err.Error()
		if teams[i].Refused = refusal(err); teams[i].Refused != nil {
			reason = strings.Join(teams[i].Refused, "; ")
		}
		done := "nothing was written"
		if len(written) > 0 {
			done = "written before it: " + strings.Join(written, ", ")
		}
		return fmt.Errorf("write team %s: %s; %s", teams[i].Team, reason, done)
	}
	return nil
}

// patch writes what differs of a team, if it still is as it was read.
func (c *cluster) patch(ctx context.Context, t *edited, options ...client.PatchOption) error {
	data, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": t.before.raw.GetResourceVersion()}, "spec": t.spec,
	})
	if err != nil {
		return fmt.Errorf("encode change: %w", err)
	}
	into := t.before.raw.DeepCopy()
	strict := client.WithFieldValidation(c.client, metav1.FieldValidationStrict)
	return strict.Patch(ctx, into, client.RawPatch(types.MergePatchType, data), append(options, fieldOwner)...)
}

// lacksRight is whether the roles of whoever asks do not allow it; what else forbids
// something has reasons of its own.
func lacksRight(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "cannot patch resource")
}

// refusal is why the API server does not take a team, in its sentences; nil is another
// kind of error.
func refusal(err error) (sentences []string) {
	switch {
	case apierrors.IsConflict(err):
		return []string{"somebody changed it since it was read: run the command again, and look at the differences anew"}
	case apierrors.IsNotFound(err):
		return []string{"it was deleted since it was read"}
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) && !apierrors.IsBadRequest(err) {
		return nil
	}
	if details := status.Status().Details; details != nil {
		for _, cause := range details.Causes {
			sentences = append(sentences, causeText(cause))
		}
	}
	if sentences == nil {
		sentences = []string{status.Status().Message}
	}
	return sentences
}

// causeText is the sentence of a rule: the field, and what it says without the value.
func causeText(cause metav1.StatusCause) string {
	text := cause.Message
	if after, invalid := strings.CutPrefix(text, "Invalid value: "); invalid {
		text = after
		if _, rule, valued := strings.Cut(after, `": `); valued && after[0] == '"' {
			text = rule
		}
	}
	if cause.Field == "" || cause.Field == "spec" {
		return text
	}
	return cause.Field + ": " + text
}

// show prints the differences.
func (e *edition) show(s streams, teams []edited, unchecked string) error {
	switch e.output {
	case "json":
		if teams == nil {
			teams = []edited{}
		}
		return writeJSON(s.Out, struct {
			Teams     []edited `json:"teams"`
			Unchecked string   `json:"unchecked,omitempty"`
		}{teams, unchecked})
	case "yaml":
		if err := teamManifests(s.Out, teams); err != nil {
			return err
		}
		return e.text(s.Err, teams, unchecked)
	}
	return e.text(s.Out, teams, unchecked)
}

func (e *edition) text(out io.Writer, teams []edited, unchecked string) error {
	var b strings.Builder
	for _, t := range teams {
		for _, change := range t.Changes {
			fmt.Fprintf(&b, "%s: %s\n", t.Team, change)
		}
		for _, why := range t.Refused {
			fmt.Fprintf(&b, "%s: REFUSED by the cluster: %s\n", t.Team, why)
		}
	}
	for _, t := range teams {
		if keeper := keptBy(t.before.raw); keeper != "" {
			fmt.Fprintf(&b, "%s is kept by %s, which puts back what its repository says: make the change there as well (-o yaml shows it).\n",
				t.Team, keeper)
		}
	}
	b.WriteString(e.summary(teams, unchecked))
	_, err := io.WriteString(out, b.String())
	return err
}

// summary is the last line: what became of the differences. Where something was
// refused, the error says it.
func (e *edition) summary(teams []edited, unchecked string) string {
	if len(teams) == 0 {
		return "No difference: nothing to write.\n"
	}
	differences, written, refused := 0, 0, 0
	for _, t := range teams {
		differences += len(t.Changes)
		refused += len(t.Refused)
		if t.Written {
			written++
		}
	}
	text := fmt.Sprintf("%s in %s", counted(differences, "difference"), counted(len(teams), "team"))
	switch {
	case written > 0:
		return fmt.Sprintf("%s; written: %s.\n", text, counted(written, "team"))
	case e.write: // the error says why nothing was written
		return ""
	case unchecked != "":
		return fmt.Sprintf("%s. Nothing was written, and the cluster was not asked whether it would take it: %s.\n", text, unchecked)
	case refused == 0:
		return text + ". Nothing was written; the cluster would take it. Add --write to write it.\n"
	}
	return ""
}

// keptBy names what applies a team from a repository, and so undoes what others write.
func keptBy(o *unstructured.Unstructured) string {
	l, a := o.GetLabels(), o.GetAnnotations()
	switch {
	case l["kustomize.toolkit.fluxcd.io/name"] != "" || l["helm.toolkit.fluxcd.io/name"] != "":
		return "Flux"
	case a["argocd.argoproj.io/tracking-id"] != "" || l["argocd.argoproj.io/instance"] != "":
		return "Argo CD"
	}
	return ""
}

// teamManifests are the teams as they would be, without what the cluster adds.
func teamManifests(out io.Writer, teams []edited) error {
	for i, t := range teams {
		spec, _, err := unstructured.NestedMap(t.before.raw.Object, "spec")
		if err != nil {
			return fmt.Errorf("read spec: %w", err)
		}
		for k, v := range t.spec {
			spec[k] = v
		}
		meta := map[string]any{"name": t.Team, "namespace": t.before.raw.GetNamespace()}
		if l := t.before.raw.GetLabels(); len(l) > 0 {
			meta["labels"] = l
		}
		data, err := yaml.Marshal(map[string]any{
			"apiVersion": t.before.raw.GetAPIVersion(), "kind": t.before.raw.GetKind(), "metadata": meta, "spec": spec,
		})
		if err != nil {
			return fmt.Errorf("encode team: %w", err)
		}
		if i > 0 {
			data = append([]byte("---\n"), data...)
		}
		if _, err := out.Write(data); err != nil {
			return fmt.Errorf("write teams: %w", err)
		}
	}
	return nil
}
