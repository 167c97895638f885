// Package show writes the demo's tables. It must not judge.
package show
