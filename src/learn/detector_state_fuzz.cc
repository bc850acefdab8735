#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "learn/calendar.h"
#include "learn/registry.h"

// Restores hostile bytes as the state of every detector at a fast and a daily cadence, with and
// without kinds of special days. A restored model must go on without NaN, and its own state must be
// one that it takes back.
namespace {

using tidemark::learn::Detector;
using tidemark::learn::detector_names;
using tidemark::learn::DetectorConfig;
using tidemark::learn::make_detector;
using tidemark::learn::Slot;
using tidemark::learn::slot_at;
using tidemark::learn::Teach;

void require(bool holds) {
  if (!holds) std::abort();
}

void use(Detector& detector, const DetectorConfig& config) {
  tidemark::Timestamp at = tidemark::Timestamp::from_s(1'700'000'000);
  for (int i = 0; i < 40; ++i) {
    Slot slot = slot_at(at, config.cadence);
    slot.special = i % 10 < 3 ? config.special_kinds : 0;
    if (const auto outlook = detector.expect(slot)) {
      require(std::isfinite(outlook->expected));
      for (std::size_t k = 0; k < 3; ++k) {
        require(std::isfinite(outlook->below[k]) && outlook->below[k] >= 0);
        require(std::isfinite(outlook->above[k]) && outlook->above[k] >= 0);
      }
    }
    const double value = i % 7 == 3 ? 1e300 : 10.0 + i % 3;
    const double score = detector.score(slot, value);
    require(score >= 0 && score <= 1);
    detector.learn(slot, value, i % 5 == 4 ? Teach::hold_back : Teach::learn);
    at = at + config.cadence;
  }
}

void restore(std::string_view name, const DetectorConfig& config, std::string_view bytes) {
  auto detector = make_detector(name, config);
  require(detector.has_value());
  tidemark::ByteSource in(bytes);
  const auto restored = (*detector)->restore(in);
  require(restored || restored.error().code == tidemark::Errc::corrupt);
  use(**detector, config);
  tidemark::ByteSink out;
  (*detector)->save(out);
  auto again = make_detector(name, config);
  tidemark::ByteSource own(out.view());
  require((*again)->restore(own).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto name : detector_names()) {
    for (const int minutes : {60, 24 * 60}) {
      for (const int kinds : {0, 2}) {
        DetectorConfig config;
        config.cadence = std::chrono::minutes(minutes);
        config.special_kinds = kinds;
        restore(name, config, bytes);
      }
    }
  }
  return 0;
}
