package lab

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math"

	"github.com/modcap/modcap/internal/simulate"
)

// Store keeps bytes under a key, for as long as it likes: what is lost is made again.
// It is called on several goroutines at once.
type Store interface {
	Load(key string) (data []byte, ok bool)
	Save(key string, data []byte)
}

// peersVersion is raised when results of the peers' rules may change in a way that
// fingerprint does not see.
const peersVersion = "1"

// peers are all outcomes of the peers' rules and of oracle-rate on a case, from the
// store if it has them. Ran says that they were made; nil that they are not known.
func (r *runner) peers(t *task, c *simulate.Case) (out []Peer, ran bool, err error) {
	key := ""
	if r.options.Store != nil {
		key = r.key(t)
		if data, ok := r.options.Store.Load(key); ok && json.Unmarshal(data, &out) == nil && len(out) > 0 {
			return out, false, nil
		}
		out = nil
	}
	if r.options.Peers != PeersRun {
		return nil, false, nil
	}
	smooth, err := t.scenario.Case(t.trace, t.day, 0) // seed 0 keeps the rate
	if err != nil {
		return nil, false, err
	}
	out = outcomes(c, append(c.Rules(), simulate.OracleRule(smooth.Arrivals, c.Pool)))
	if key != "" {
		data, err := json.Marshal(out)
		if err != nil {
			return nil, false, fmt.Errorf("keep peers' results: %w", err)
		}
		r.options.Store.Save(key, data)
	}
	return out, true, nil
}

// outcomes are those of every setting of every rule.
func outcomes(c *simulate.Case, rules []simulate.Rule) []Peer {
	var out []Peer
	work := c.Work()
	for _, rule := range rules {
		for _, knob := range rule.Knobs {
			policy := rule.New(knob, float64(c.Pool.Deadline), c.Pool.Throughput)
			out = append(out, Peer{rule.Name, knob, score(simulate.Run(c.Arrivals, c.Pool, policy), len(c.Arrivals), work)})
		}
	}
	return out
}

// key names a task's results by all they depend on.
func (r *runner) key(t *task) string {
	h := sha256.New()
	s := t.scenario
	fmt.Fprintln(h, r.version, t.day, t.seed, s.Deadline, s.Startup, s.Busy, s.Share, s.Min, s.Max, t.trace.Bin)
	for i, at := range t.trace.At {
		write(h, uint64(at), math.Float64bits(t.trace.Count[i]))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func write(h hash.Hash, values ...uint64) {
	var buffer [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(buffer[:], v)
		h.Write(buffer[:])
	}
}

// fingerprint tells the peers' rules from others by what they do on half an hour of
// a rising rate with a burst.
func fingerprint() string {
	rates := burst(1800)
	c := &simulate.Case{
		Arrivals: simulate.Draw(rates, 1, 1), Share: 0.99,
		Pool: simulate.Pool{Throughput: 1, Startup: 60, Deadline: 60, Min: 1, Max: 200, Initial: 4},
	}
	h := sha256.New()
	fmt.Fprintln(h, peersVersion)
	for _, p := range outcomes(c, append(c.Rules(), simulate.OracleRule(rates, c.Pool))) {
		fmt.Fprintln(h, p.Rule)
		for _, v := range []float64{p.Knob, p.Attained, p.Low, p.Cost, p.Changes} {
			write(h, math.Float64bits(v))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// burst is a rising rate of so many seconds with a burst in the middle.
func burst(seconds int) []float64 {
	rates := make([]float64, seconds)
	for i := range rates {
		rates[i] = 4 + float64(i)/200
		if i > seconds/2 && i < seconds/2+90 {
			rates[i] += 30
		}
	}
	return rates
}
