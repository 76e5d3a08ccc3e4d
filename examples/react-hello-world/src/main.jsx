import { defineVideo } from "@helios/react";
import { createRoot } from "react-dom/client";
import { Video } from "./Video.jsx";
import "./style.css";

// The picture depends on the frame alone, so a worker may jump to its part.
defineVideo({ seekable: true });
createRoot(document.querySelector("#root")).render(<Video />);
