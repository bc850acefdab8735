#include "base/random.h"

#include <mutex>
#include <random>

#include <fmt/format.h>
#include <sys/random.h>

#include "base/assert.h"

namespace tidemark {
namespace {

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override {
    std::uint64_t bits = 0;
    // Up to 256 bytes getrandom neither blocks after boot nor returns short (getrandom(2)).
    TM_ASSERT(::getrandom(&bits, sizeof bits, 0) == sizeof bits);
    return bits;
  }
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override {
    const std::lock_guard lock(mutex_);
    return engine_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<Random> make_system_random() {
  return std::make_unique<SystemRandom>();
}

std::unique_ptr<Random> make_seeded_random(std::uint64_t seed) {
  return std::make_unique<SeededRandom>(seed);
}

std::string make_uuid(Random& random) {
  const std::uint64_t high = (random.next() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (random.next() & ~(0xC0ULL << 56U)) | (0x80ULL << 56U);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                     high >> 32U,
                     (high >> 16U) & 0xFFFFU,
                     high & 0xFFFFU,
                     low >> 48U,
                     low & 0xFFFFFFFFFFFFULL);
}

double uniform(Random& random) {
  return static_cast<double>(random.next() >> 11U) * 0x1.0p-53;
}

}  // namespace tidemark
