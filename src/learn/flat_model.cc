#include "learn/flat_model.h"

#include <cstring>
#include <new>

#include "learn/always_on/always_on.h"
#include "learn/width.h"

namespace tidemark::learn {
namespace {

static_assert(sizeof(always_on::State) == sizeof(FlatState));

/// In the bytes themselves: two copies of them would cost a tenth of a judgement.
always_on::State* state_in(FlatState* state) {
  static_assert(alignof(always_on::State) <= alignof(FlatState));
  return std::launder(reinterpret_cast<always_on::State*>(state->bytes.data()));
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
  detector.work_on(state_in(state));
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
  return out;
}

bool FlatModel::is_sane(const FlatState& state) {
  FlatState copy = state;
  return always_on::AlwaysOn::is_sane(*state_in(&copy));
}

}  // namespace tidemark::learn
