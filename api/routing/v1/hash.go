package v1

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// Purposes of a hash. No purpose is the beginning of another.
const (
	PurposeRevision   = "revision"
	PurposeQA         = "qa"
	PurposeDiscordant = "discordant"
	PurposeTeam       = "team"
)

// UnitHash is the first eight bytes, big-endian, of SHA-256(purpose ‖ salt ‖ id).
func UnitHash(purpose, salt, id string) uint64 {
	sum := sha256.Sum256([]byte(purpose + salt + id))
	return binary.BigEndian.Uint64(sum[:8])
}

// unit gives the hashes of one id for several purposes. It lays salt and id out
// once, with room before them for the longest purpose, and keeps them on the stack.
type unit struct {
	salt, id string
	end      int
	buf      [maxPurpose + maxStackID]byte
}

const (
	maxPurpose = len(PurposeDiscordant)
	maxStackID = 304 // a salt of 64 and an id of 240; longer ids work, and allocate
)

// hash is UnitHash.
func (u *unit) hash(purpose string) uint64 {
	if len(u.salt)+len(u.id) > maxStackID {
		return UnitHash(purpose, u.salt, u.id)
	}
	if u.end == 0 {
		u.end = maxPurpose + copy(u.buf[maxPurpose:], u.salt)
		u.end += copy(u.buf[u.end:], u.id)
	}
	start := maxPurpose - len(purpose)
	copy(u.buf[start:], purpose)
	sum := sha256.Sum256(u.buf[start:u.end])
	return binary.BigEndian.Uint64(sum[:8])
}

// below reports whether the unit belongs to a share; it hashes only if that is open.
func (u *unit) below(purpose string, share PPM) bool {
	switch {
	case share <= 0:
		return false
	case share >= AllPPM:
		return true
	}
	return PPM(scale(u.hash(purpose), uint64(AllPPM))) < share
}

// scale maps a hash evenly to 0 … n-1.
func scale(h, n uint64) uint64 {
	hi, _ := bits.Mul64(h, n)
	return hi
}

// Position of a unit among the whole, 0 to 999,999: a unit belongs to a share p
// if its position is below p, so a rising p only ever adds units.
func Position(purpose, salt, id string) PPM {
	return PPM(scale(UnitHash(purpose, salt, id), uint64(AllPPM)))
}
