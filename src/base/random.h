#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tidemark {

/// Chance, handed in so that a test can seed it.
class Random {
 public:
  virtual ~Random() = default;
  /// 64 uniformly distributed bits. Safe to call from several threads.
  virtual std::uint64_t next() = 0;
};

/// Bits of the operating system (getrandom): fit for ids and keys.
std::unique_ptr<Random> make_system_random();
/// Repeatable chance for tests: the same seed gives the same bits. Not for keys.
std::unique_ptr<Random> make_seeded_random(std::uint64_t seed);

/// A version 4 UUID in lower case, 36 characters (RFC 4122).
std::string make_uuid(Random& random);
/// Uniform in [0, 1).
double uniform(Random& random);

}  // namespace tidemark
