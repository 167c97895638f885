package staffing

import "math/rand/v2"

// SmallPlant is plants.Small, which this package's own tests cannot import: it imports this package.
// TestMain sets it.
var SmallPlant func(r *rand.Rand, number int) Input

// RelaxingPlant is plants.Relaxing, likewise.
var RelaxingPlant func(r *rand.Rand, number int) Input

// exposedPlant draws a plant with limits of exposure.
func exposedPlant(r *rand.Rand) Input { return SmallPlant(r, 0) }
