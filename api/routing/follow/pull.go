package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// pull reads what is in force at the source. It returns the present part if nothing
// changed, and nil if no usable index can be had. Weights that cannot be used do
// not hold up an index: the part has the last good ones then, and the error says so.
func (f *Follower) pull(ctx context.Context, src Source, surface string) (*part, error) {
	last := f.parts[surface]
	if last == nil {
		last = &part{}
	}
	index, weights, err := src.read(ctx, surface)
	if err != nil {
		return nil, err
	}
	next := *last
	if !bytes.Equal(index, last.index) {
		if err := f.pullIndex(ctx, src, surface, index, &next); err != nil {
			return nil, err
		}
	}
	err = nil
	if !bytes.Equal(weights, last.weights) {
		err = readWeights(weights, &next)
	}
	if bytes.Equal(next.index, last.index) && bytes.Equal(next.weights, last.weights) {
		return f.parts[surface], err
	}
	next.stored = false
	return &next, err
}

// pullIndex reads an index and its documents.
func (f *Follower) pullIndex(ctx context.Context, src Source, surface string, index []byte, next *part) error {
	x, err := v1.DecodeIndex(index, "")
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if x.Surface != surface {
		return fmt.Errorf("index: it is for surface %q", x.Surface)
	}
	if err := pullDocuments(ctx, src, x, next); err != nil {
		return err
	}
	if w := next.set.Weights; w != nil && w.Namespace != x.Namespace {
		next.set.Weights, next.weights = nil, nil
	}
	next.index, next.set.Index = index, x
	return nil
}

// pullDocuments reads the documents of an index that are not known by their hash
// yet, and forgets those that it does not name.
func pullDocuments(ctx context.Context, src Source, x *v1.Index, next *part) error {
	raw, docs := map[string][]byte{}, map[string]*v1.PolicyDocument{}
	var missing []string
	for _, e := range x.Entries {
		if d, known := next.set.Documents[e.Hash]; known {
			docs[e.Hash], raw[e.Document] = d, next.raw[e.Document]
			continue
		}
		missing = append(missing, e.Document)
	}
	got, err := src.documents(ctx, x.Surface, missing)
	if err != nil {
		return err
	}
	for _, e := range x.Entries {
		if docs[e.Hash] != nil {
			continue
		}
		data, there := got[e.Document]
		if !there {
			return fmt.Errorf("document %s: is missing", e.Document)
		}
		if docs[e.Hash], err = v1.DecodeDocument(data, e.Hash); err != nil {
			return fmt.Errorf("document %s: %w", e.Document, err)
		}
		raw[e.Document] = data
	}
	next.raw, next.set.Documents = raw, docs
	return nil
}

// readWeights takes new weights. Weights that went away stay in force: without them
// no item would reach a team.
func readWeights(weights []byte, next *part) error {
	if weights == nil {
		return errors.New("weights: are missing; the last ones stay in force")
	}
	w, err := v1.DecodeWeights(weights, "")
	if err != nil {
		return fmt.Errorf("weights: %w", err)
	}
	if x := next.set.Index; w.Surface != x.Surface || w.Namespace != x.Namespace {
		return fmt.Errorf("weights: they are for surface %s/%s", w.Namespace, w.Surface)
	}
	next.weights, next.set.Weights = weights, w
	return nil
}
