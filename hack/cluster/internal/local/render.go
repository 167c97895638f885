package local

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

// render fills in one of the embedded files. Its delimiters are [[ and ]], because kwok's
// stages hold templates of their own.
func render(name string, values any) ([]byte, error) {
	t, err := template.New(name).Delims("[[", "]]").Option("missingkey=error").ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, fmt.Errorf("parse template %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, values); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// configFiles are the processes' configurations by file name.
func configFiles(s *State) (map[string][]byte, error) {
	dir := layout(s.Options.Dir)
	values := map[string]any{
		"PodStart":       s.Options.PodStart.String(),
		"ScrapeInterval": s.Options.ScrapeInterval.String(),
		"Targets":        dir.targets(),
		"Rules":          dir.rules(),
		"Self":           address(s.Ports[prometheus]),
	}
	out := map[string][]byte{}
	for _, name := range []string{"kwok.yaml", "prometheus.yaml", "audit.json"} {
		text, err := render(name, values)
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, nil
}

// envFile is a shell fragment that points a shell at the cluster.
func envFile(s *State) []byte {
	dir := layout(s.Options.Dir)
	var path []string
	for _, name := range slices.Sorted(maps.Keys(s.Binaries)) {
		if bin := filepath.Dir(s.Binaries[name]); !slices.Contains(path, bin) {
			path = append(path, bin)
		}
	}
	var out bytes.Buffer
	export := func(name, value, suffix string) {
		fmt.Fprintf(&out, "export %s=%s%s\n", name, shellQuote(value), suffix)
	}
	export("KUBECONFIG", dir.kubeconfig(), "")
	export("KUBECTL", s.Binaries["kubectl"], "")
	export("PROMETHEUS_URL", "http://"+address(s.Ports[prometheus]), "")
	export("MODCAP_CLUSTER_DIR", s.Options.Dir, "")
	export("MODCAP_AUDIT_LOG", dir.audit(), "")
	export("MODCAP_TARGETS_DIR", dir.targets(), "")
	export("MODCAP_RULES_DIR", dir.rules(), "")
	export("PATH", strings.Join(path, ":"), `:"$PATH"`)
	return out.Bytes()
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// writeFiles writes everything that the processes read but keys and certificates.
func writeFiles(s *State) error {
	dir := layout(s.Options.Dir)
	for _, d := range []string{dir.logs(), dir.targets(), dir.rules(), dir.data(etcd), dir.data(prometheus)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fmt.Errorf("create cluster folder: %w", err)
		}
	}
	files, err := configFiles(s)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := writeFile(dir.conf(name), text, 0o644); err != nil {
			return err
		}
	}
	return writeFile(dir.env(), envFile(s), 0o644)
}
