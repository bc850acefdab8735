#pragma once

#include "web/own/context.h"

namespace tidemark::web::own {

/// Alarms and mute rules are refused in the words of CloudWatch, which other doors answer with.
/// Gives such a message the names that this API has for the members, and the field it is about.
void in_own_words(ApiError* error);

}  // namespace tidemark::web::own
