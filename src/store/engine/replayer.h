#pragma once

#include <cstdint>

#include "base/meter.h"
#include "store/catalog/invocations.h"
#include "store/engine/shard.h"
#include "store/log/frame.h"
#include "store/log/payload.h"

namespace tidemark::store {

/// Hands records of the log to the shards as the live path does, on all workers at once.
class Replayer {
 public:
  Replayer(Catalog& catalog, Invocations& invocations, Shards& shards, Meter& meter)
      : catalog_(catalog), invocations_(invocations), shards_(shards), meter_(meter) {}

  Result<void> replay(const Record& record);
  /// Waits until all has entered.
  void finish();

 private:
  void replay_batch(const Record& record);
  void replay_note(const Record& record);
  SeriesEntry* entry_of(const LoggedSeries& series);
  void post(const RecordPtr& record);
  void lose(const Record& record, const std::string& why);

  Catalog& catalog_;
  Invocations& invocations_;
  Shards& shards_;
  Meter& meter_;
  std::size_t unwaited_ = 0;
};

}  // namespace tidemark::store
