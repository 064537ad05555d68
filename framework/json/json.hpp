// The room in one include: writing, reading, describing.
#pragma once

#include <candela/json/describe.hpp>
#include <candela/json/error.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/value.hpp>
#include <candela/json/writer.hpp>
