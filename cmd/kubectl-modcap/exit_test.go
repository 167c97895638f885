package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// asPlugin has this binary be the plugin, and not its tests.
const asPlugin = "MODCAP_TEST_AS_PLUGIN"

func TestMain(m *testing.M) {
	if os.Getenv(asPlugin) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process runs the plugin as a process of its own, and gives its exit code.
func process(t *testing.T, args ...string) (code int, out, said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asPlugin+"=yes")
	var outs, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &outs, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), outs.String(), errs.String()
}

// exitCodes are what a pipeline goes by: 3 where a change makes something worse, 1 where it cannot be
// told, 0 otherwise. Whatever is said of a change stands on standard output, and why it ended with
// another code than 0 on standard error.
func exitCodes(t *testing.T, o *office) {
	input, err := sheet.PackInput(planInput(t))
	if err != nil {
		t.Fatal(err)
	}
	o.create(t, modtest.MakeTarget("emea", o.namespace).Obj())
	o.create(t, modtest.MakeTeam("dublin", o.namespace).Label("plan", "emea").Obj())
	o.create(t, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: "emea-plan-input"}, BinaryData: map[string][]byte{sheet.InputKey: input},
	})
	team := func(heads string) string {
		return o.file(t, "dublin-"+heads+".yaml", teamYAML("dublin", "", `{name: day, start: "08:00", end: "16:00", headcount: `+heads+`}`))
	}
	gone := filepath.Join(o.dir, "gone.yaml")
	for name, x := range map[string]struct {
		role      string
		args      []string
		code      int
		out, said string
	}{
		"the same":            {plannerRole, []string{"plan", "emea", "-f", team("10")}, 0, "No language needs other people or has other gaps.", ""},
		"more":                {plannerRole, []string{"plan", "emea", "-f", team("30")}, 0, "dublin: 160 → 480 hours", ""},
		"fewer":               {plannerRole, []string{"plan", "emea", "-f", team("1")}, 3, "Worse: en is short of ", "kubectl-modcap: the change makes something worse\n"},
		"fewer, as JSON":      {plannerRole, []string{"plan", "emea", "-f", team("1"), "-o", "json"}, 3, `"worse": true`, "kubectl-modcap: the change makes something worse\n"},
		"no site":             {plannerRole, []string{"plan", "emea", "--without-site", "site"}, 3, "dublin is not there", "the change makes something worse"},
		"no change":           {plannerRole, []string{"plan", "emea"}, 1, "", "kubectl-modcap: name a change: "},
		"no such file":        {plannerRole, []string{"plan", "emea", "-f", gone}, 1, "", "gone.yaml"},
		"a wrong headcount":   {plannerRole, []string{"plan", "emea", "-f", team("-1")}, 1, "", "kubectl-modcap: ReviewTeam dublin: spec.shifts[day]"},
		"no such target":      {plannerRole, []string{"plan", "apac", "-f", team("1")}, 1, "", "kubectl-modcap: StaffingTarget apac does not exist in namespace "},
		"no such flag":        {plannerRole, []string{"plan", "emea", "--fail"}, 1, "", "kubectl-modcap: unknown flag: --fail"},
		"who may not do it":   {viewRole, []string{"plan", "emea", "-f", team("1")}, 1, "", "kubectl-modcap: you may not read StaffingTarget emea: "},
		"a cluster not there": {"", []string{"plan", "emea", "-f", team("1"), "--kubeconfig", gone}, 1, "", "kubectl-modcap: "},
	} {
		t.Run(name, func(t *testing.T) {
			args := x.args
			if x.role != "" {
				args = append(args, "--kubeconfig", o.as[x.role])
			}
			code, out, said := process(t, append(args, "--time-zone", "UTC")...)
			if code != x.code || !strings.Contains(out, x.out) || !strings.Contains(said, x.said) || (out == "") != (x.out == "") || (said == "") != (x.said == "") {
				t.Errorf("exit code %d, want %d with %q and %q; it says\n%s%s", code, x.code, x.out, x.said, out, said)
			}
		})
	}
}
