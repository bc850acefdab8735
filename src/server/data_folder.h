#pragma once

#include <memory>

#include "base/file_system.h"
#include "server/config.h"
#include "store/control_store.h"
#include "store/sample_store.h"

namespace tidemark::server {

// A data folder holds two stores, each of which says nothing of the other's absence by itself: an
// empty control.db would be a server that watches nothing.

/// Opens control.db. `Errc::corrupt` where there are samples and it is missing or empty, unless the
/// configuration accepts the loss.
Result<std::unique_ptr<store::ControlDatabase>> open_control(FileSystem& files,
                                                             const Config& config);
/// The samples of the folder, which control.db must belong to.
Result<store::StoreOptions> store_options(store::ControlDatabase& control, const Config& config);
/// Writes into control.db which samples it belongs to, once both are open.
Result<void> join_stores(store::ControlDatabase& control, const store::SampleStore& samples);

/// What a person must see to.
std::vector<Problem> problems_of(const store::ControlDatabase& control,
                                 const store::SampleStore& samples);

}  // namespace tidemark::server
