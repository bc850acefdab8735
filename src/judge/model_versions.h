#pragma once

#include <string_view>

#include "model/control_store.h"

/// Which version of a model this server had when, so that a receipt names the one that judged.
/// Kept as one control document, with an entry for every version from its first start on.
namespace tidemark::judge {

/// Of the models that this program holds: those that are new to the document are added, since
/// `now`.
Result<void> note_model_versions(ControlStore& control, Timestamp now);

/// The version that judged at data time `at`; before the first was noted that one. A version stands
/// for the model's arithmetic and saved state alike.
Result<int> model_version_at(ControlStore& control, std::string_view model, Timestamp at);

}  // namespace tidemark::judge
