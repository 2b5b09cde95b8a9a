"""What is handed to people on paper or screen: statements and explanations in words, as text, CSV, XLSX and PDF, and the books."""
