#include "act/action.h"

namespace tidemark::act {

#define TM_ACTION(name)                                 \
  namespace name {                                      \
  std::unique_ptr<Action> make(const ActionDeps& deps); \
  }
#include "act/actions.def"
#undef TM_ACTION

std::vector<std::unique_ptr<Action>> make_actions(const ActionDeps& deps) {
  std::vector<std::unique_ptr<Action>> out;
#define TM_ACTION(name) out.push_back(name::make(deps));
#include "act/actions.def"
#undef TM_ACTION
  return out;
}

}  // namespace tidemark::act
