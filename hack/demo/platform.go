package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
	"github.com/modcap/modcap/hack/demo/internal/lab"
	"github.com/modcap/modcap/hack/demo/internal/scene"
)

//go:embed scenario.yaml
var scenario []byte

// scoresEvery is how often the histograms of scores are read: they are thousands of rows.
const scoresEvery = 15 * time.Second

// openPlatform starts the imitated platform and has Prometheus scrape it.
func (d *demo) openPlatform(ctx context.Context) error {
	text := scenario
	if d.traces != "" {
		var err error
		if text, d.choices, err = scene.WithTraces(text, d.traces); err != nil {
			return err
		}
		for _, c := range d.choices {
			d.say("%s replays %s", c.Queue, c.File)
		}
	}
	file, addressFile := filepath.Join(d.work, "scenario.yaml"), filepath.Join(d.work, "platform.address")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return fmt.Errorf("write scenario: %w", err)
	}
	var err error
	d.platform, err = lab.Start(d.work, "platform", d.binary("dataplane"),
		"--kubeconfig="+d.cluster.Kubeconfig, "--scenario="+file, "--address-file="+addressFile)
	if err != nil {
		return err
	}
	d.guard(ctx, d.platform)
	waiting, stop := context.WithTimeout(ctx, patience)
	defer stop()
	if err := lab.Poll(waiting, often, "the platform answers", func(context.Context) (bool, error) {
		address, err := os.ReadFile(addressFile)
		d.address = string(address)
		return d.address != "", err
	}); err != nil {
		return err
	}
	d.begin = time.Now()
	d.recorder = record(ctx, d.client, d.begin)
	d.say("its metrics are at http://%s/metrics", d.address)
	return errors.Join(d.cluster.Scrape("platform", d.address), d.cluster.ScrapeSlowly("scores", d.address, "/metrics/scores", scoresEvery))
}

// summarise asks the platform what was attained.
func (d *demo) summarise(ctx context.Context) (s summary.Summary, err error) {
	text, err := d.askPlatform(ctx, "/summary")
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("ask the platform: %w", err)
	}
	return s, nil
}

// askPlatform gets a page of the platform's.
func (d *demo) askPlatform(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.address+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask the platform: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the platform: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask the platform: status %d", answer.StatusCode)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("ask the platform: %w", err)
	}
	return text, nil
}
