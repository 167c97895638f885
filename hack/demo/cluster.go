package main

import (
	"context"
	"fmt"
	"path/filepath"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/demo/internal/lab"
	"github.com/modcap/modcap/hack/demo/internal/manifest"
)

func (d *demo) startCluster(ctx context.Context) error {
	if err := d.cluster.Up(ctx); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", d.cluster.Kubeconfig)
	if err != nil {
		return fmt.Errorf("read kubeconfig: %w", err)
	}
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, v1alpha1.AddToScheme, apiextensionsv1.AddToScheme} {
		if err := add(s); err != nil {
			return fmt.Errorf("set up scheme: %w", err)
		}
	}
	if d.client, err = client.New(config, client.Options{Scheme: s}); err != nil {
		return fmt.Errorf("set up client: %w", err)
	}
	return nil
}

// install applies the CRDs and waits until the API server serves them.
func (d *demo) install(ctx context.Context) error {
	crds, err := manifest.Folder(filepath.Join(d.root, "config", "crd", "bases"))
	if err != nil {
		return err
	}
	if err := manifest.Apply(ctx, d.client, crds); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return lab.Poll(ctx, often, "modcap's kinds are served", func(ctx context.Context) (bool, error) {
		var list apiextensionsv1.CustomResourceDefinitionList
		if err := d.client.List(ctx, &list); err != nil {
			return false, err
		}
		served := 0
		for _, crd := range list.Items {
			for _, c := range crd.Status.Conditions {
				if c.Type == apiextensionsv1.Established && c.Status == apiextensionsv1.ConditionTrue {
					served++
				}
			}
		}
		return served >= len(crds), nil
	})
}

// applySamples applies config/samples, pointed at this cluster's Prometheus.
func (d *demo) applySamples(ctx context.Context) error {
	samples, err := manifest.Kustomization(filepath.Join(d.root, "config", "samples"))
	if err != nil {
		return err
	}
	if err := manifest.Set(samples, "MetricSource", d.cluster.Prometheus, "spec", "prometheus", "url"); err != nil {
		return err
	}
	if err := manifest.Apply(ctx, d.client, samples); err != nil {
		return err
	}
	d.say("%d objects from config/samples, in namespace %s", len(samples), namespace)
	return nil
}
