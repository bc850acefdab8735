#pragma once

#include <vector>

#include "model/band_source.h"

namespace tidemark::alarm {

/// Bands of one range, asked for once and then handed out in parts. A band was issued before the
/// data of its period were seen, so having all of them at once is no look ahead.
class PastBands final : public BandSource {
 public:
  PastBands(BandSource& source, Timestamp from, Timestamp to)
      : source_(source), from_(from), to_(to) {}

  Result<BandSeries> bands(const BandIdentity& identity, Timestamp from, Timestamp to) override;

 private:
  struct Kept {
    BandIdentity identity;
    BandSeries series;
  };
  Result<const BandSeries*> all_of(const BandIdentity& identity);

  BandSource& source_;
  const Timestamp from_, to_;
  std::vector<Kept> kept_;
};

}  // namespace tidemark::alarm
