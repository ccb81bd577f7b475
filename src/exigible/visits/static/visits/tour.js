// The plan of a tour: a stop that was moved or changed stays under the cursor.

import { moveTo } from "../web/list.js";

if (location.hash.startsWith("#stop-")) moveTo(document.getElementById(location.hash.slice(1)));
