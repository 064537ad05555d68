#include <candela/audit/detail/blocking_database.hpp>

namespace candela::audit::detail {

namespace {

db::settings settings_of(const std::string& url) {
  db::settings settings;
  settings.url = url;
  settings.readers = 1;
  return settings;
}

}  // namespace

blocking_database::blocking_database(const std::string& url) : source_(db::make_source(settings_of(url))) {}

blocking_database::~blocking_database() {
  source_->shut_down();
  driver_.reset();
}

db::database blocking_database::data() {
  if (driver_ == nullptr) connect();
  return {*driver_, memory_};
}

void blocking_database::connect() {
  worker_ = std::make_unique<net::worker>(0U);
  driver_ = source_->open(*worker_);
}

}  // namespace candela::audit::detail
