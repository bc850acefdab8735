#include "learn/width.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/band_width.h"

namespace tidemark::learn {
namespace {

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

// Peter J. Acklam's rational approximation of the normal quantile for p <= 0.5, relative error
// below 1.2e-9; the caller refines it.
double quantile_estimate(double p) {
  constexpr double kA[] = {-3.969683028665376e+01,
                           2.209460984245205e+02,
                           -2.759285104469687e+02,
                           1.383577518672690e+02,
                           -3.066479806614716e+01,
                           2.506628277459239e+00};
  constexpr double kB[] = {-5.447609879822406e+01,
                           1.615858368580409e+02,
                           -1.556989798598866e+02,
                           6.680131188771972e+01,
                           -1.328068155288572e+01};
  constexpr double kC[] = {-7.784894002430293e-03,
                           -3.223964580411365e-01,
                           -2.400758277161838e+00,
                           -2.549732539343734e+00,
                           4.374664141464968e+00,
                           2.938163982698783e+00};
  constexpr double kD[] = {
      7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
  if (p < 0.02425) {
    const double q = std::sqrt(-2 * std::log(p));
    return (((((kC[0] * q + kC[1]) * q + kC[2]) * q + kC[3]) * q + kC[4]) * q + kC[5]) /
           ((((kD[0] * q + kD[1]) * q + kD[2]) * q + kD[3]) * q + 1);
  }
  const double q = p - 0.5;
  const double r = q * q;
  return (((((kA[0] * r + kA[1]) * r + kA[2]) * r + kA[3]) * r + kA[4]) * r + kA[5]) * q /
         (((((kB[0] * r + kB[1]) * r + kB[2]) * r + kB[3]) * r + kB[4]) * r + 1);
}

}  // namespace

double Domain::clamp(double value) const {
  if (lower) value = std::max(value, *lower);
  if (upper) value = std::min(value, *upper);
  return value;
}

Edges edges_at(const Outlook& outlook, double k, const Domain& domain) {
  return {domain.clamp(lower_limit_at(outlook.expected, outlook.below, k)),
          domain.clamp(upper_limit_at(outlook.expected, outlook.above, k))};
}

double normal_quantile(double p) {
  p = std::clamp(p, 1e-15, 1 - 1e-15);
  if (p > 0.5) return -normal_quantile(1 - p);
  const double x = quantile_estimate(p);
  // One step of Halley's method takes the estimate to machine precision.
  const double error = normal_cdf(x) - p;
  const double step = error * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - step / (1 + x * step / 2);
}

int side_of(double value, const Edges& edges) {
  return value > edges.upper ? 1 : value < edges.lower ? -1 : 0;
}

double k_from_confidence(double confidence) {
  if (!(confidence > 0)) return 0;
  // By the lower tail: 1 - (1 + c) / 2 keeps the digits that (1 + c) / 2 loses near 1.
  return -normal_quantile((1 - std::min(confidence, 1 - 1e-12)) / 2);
}

double confidence_from_k(double k) {
  return k > 0 ? std::erf(k / std::numbers::sqrt2) : 0;
}

}  // namespace tidemark::learn
