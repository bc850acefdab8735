#pragma once

#include <memory>
#include <string>
#include <vector>

#include "act/action.h"
#include "base/random.h"
#include "model/control_store.h"

namespace tidemark::act {

/// Turns outbox rows into deliveries: who is to hear of it, and in what form.
class Expander {
 public:
  struct Deps {
    const Clock& clock;
    Random& random;
    const std::vector<std::unique_ptr<Action>>& actions;
  };
  /// What topics and subscriptions there are now.
  struct Directory {
    std::vector<Topic> topics;
    std::vector<Subscription> subscriptions;
  };

  explicit Expander(Deps deps) : deps_(deps) {}

  /// The changes of one transaction: the row's deliveries, and a history line for each that is dead
  /// at birth or for a topic that nobody listens to. A row that cannot be read or served becomes a
  /// dead delivery, so that a person sees it.
  [[nodiscard]] std::vector<ControlChange> expand(const OutboxRow& row,
                                                  const Directory& directory) const;

 private:
  class Row;
  Deps deps_;
};

/// Given up so long after it was made, in machine time.
inline constexpr Duration kGiveUpAfter = std::chrono::hours(72);

}  // namespace tidemark::act
