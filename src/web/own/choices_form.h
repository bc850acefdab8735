#pragma once

#include "web/own/context.h"

namespace tidemark::web::own {

/// `base` with the choices that a body gives (docs/api.md, "Choices"), checked. The refusal has the
/// member at fault as its field, such as "choices.width" or "choices.excluded[0].to".
tl::expected<judge::DetectorChoices, ApiError> read_choices(const json& given,
                                                            judge::DetectorChoices base);

}  // namespace tidemark::web::own
