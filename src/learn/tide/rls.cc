#include "learn/tide/rls.h"

#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr double kPrior = 0.1;       // variance of an unlearned coefficient
constexpr double kTraceMax = 100.0;  // above, an input is not excited: forgetting would blow up

}  // namespace

double Rls::predict(const Inputs& x) const {
  double out = 0;
  for (std::size_t i = 0; i < kInputs; ++i)
    out += theta_[i] * x[i];
  return out;
}

void Rls::learn(const Inputs& x, double target, double weight, double forget) {
  Inputs px{};
  for (std::size_t i = 0; i < kInputs; ++i) {
    for (std::size_t j = 0; j < kInputs; ++j)
      px[i] += p_[i * kInputs + j] * x[j];
  }
  double spread = 0;
  double trace = 0;
  for (std::size_t i = 0; i < kInputs; ++i) {
    spread += x[i] * px[i];
    trace += p_[i * kInputs + i];
  }
  const double divisor = forget / weight + spread;
  if (!(divisor > 0)) return reset();
  const double error = target - predict(x);
  const double grow = trace < kTraceMax ? 1 / forget : 1;
  for (std::size_t i = 0; i < kInputs; ++i) {
    const double gain = px[i] / divisor;
    theta_[i] += gain * error;
    for (std::size_t j = i; j < kInputs; ++j) {
      const double next = (p_[i * kInputs + j] - gain * px[j]) * grow;
      p_[i * kInputs + j] = next;
      p_[j * kInputs + i] = next;
    }
  }
  if (!sane()) reset();
}

void Rls::reset() {
  theta_ = {};
  p_ = {};
  for (std::size_t i = 0; i < kInputs; ++i)
    p_[i * kInputs + i] = kPrior;
}

bool Rls::sane() const {
  for (std::size_t i = 0; i < kInputs; ++i) {
    if (!(std::abs(theta_[i]) < 1e5)) return false;
    const double own = p_[i * kInputs + i];
    if (!(own >= 0 && own < 1e6)) return false;
  }
  return true;
}

}  // namespace tidemark::learn::tide
