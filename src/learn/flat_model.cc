#include "learn/flat_model.h"

#include <cmath>
#include <cstring>

#include "learn/always_on/always_on.h"
#include "learn/width.h"

namespace tidemark::learn {
namespace {

constexpr double kHoldBackWidth = 2;

static_assert(sizeof(always_on::State) == sizeof(FlatState));

always_on::State read(const FlatState& state) {
  always_on::State out;
  std::memcpy(&out, state.bytes.data(), sizeof out);
  return out;
}

DetectorConfig config_at(Duration cadence) {
  DetectorConfig out;
  out.cadence = cadence;
  return out;
}

}  // namespace

struct FlatModel::Scratch {
  explicit Scratch(Duration cadence) : config(config_at(cadence)), detector(config) {}
  DetectorConfig config;
  always_on::AlwaysOn detector;
};

FlatModel::FlatModel(Duration cadence) : scratch_(std::make_unique<Scratch>(cadence)) {}
FlatModel::~FlatModel() = default;
FlatModel::FlatModel(FlatModel&&) noexcept = default;

FlatState FlatModel::blank() const {
  const always_on::AlwaysOn detector(scratch_->config);
  FlatState out;
  std::memcpy(out.bytes.data(), &detector.state(), sizeof out);
  return out;
}

FlatVerdict FlatModel::judge(FlatState* state, const Slot& at, double value) {
  always_on::AlwaysOn& detector = scratch_->detector;
  detector.take_over(read(*state));
  FlatVerdict out;
  out.band = detector.expect(at);
  out.score = detector.score(at, value);
  out.learned = detector.state().count;
  Teach how = Teach::learn;
  if (out.band) {
    const Edges usual = edges_at(*out.band, kHoldBackWidth);
    if (value < usual.lower || value > usual.upper) how = Teach::hold_back;
  }
  detector.learn(at, value, how);
  out.filled = detector.state().filled;
  std::memcpy(state->bytes.data(), &detector.state(), sizeof *state);
  return out;
}

bool FlatModel::is_sane(const FlatState& state) {
  return always_on::AlwaysOn::is_sane(read(state));
}

}  // namespace tidemark::learn
