#pragma once

#include <string>

#include "act/action.h"

namespace tidemark::act::email {

/// What a person reads. `text` and `html` tell the same facts.
struct Letter {
  std::string subject;
  std::string text;
  std::string html;
};

Letter write_letter(const Notice& notice, const ActConfig& config);

}  // namespace tidemark::act::email
