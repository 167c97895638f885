// Package trial holds previews against counts: it draws items with the scores of several labels that go together, makes
// the histograms a platform would have of them, changes a policy at random, and compares what the preview says of the
// histograms with what both policies decide of the very same items. The laboratory prints its table, and a test holds it
// to the bar.
//
// Everything follows from the seed. It must not know how a preview is made: it uses what kubectl-modcap uses.
package trial
